import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { useT } from "../i18n";
import { prefer, usePreferences } from "../preferences/preferences";
import { actionNames, bindingOf, fixed, shown, type Action } from "./actions";

/** Each action with its key; press a button, then the new key. */
export function Bindings({ disabled }: { disabled: boolean }) {
  const t = useT();
  const given = usePreferences();
  const [listening, setListening] = useState<Action>();
  const taken = (key: string, but: Action) => actionNames.find((other) => other !== but && bindingOf(other, given) === key);
  const [clash, setClash] = useState<{ action: Action; with: Action }>();

  function take(action: Action, key: string) {
    setListening(undefined);
    if (key === "escape") return;
    const other = taken(key, action);
    setClash(other && { action, with: other });
    if (!other) prefer({ bindings: { ...given.bindings, [action]: key } });
  }

  return (
    <div className="flex flex-col gap-3">
      <ul className={cx("grid gap-x-8 sm:grid-cols-2", disabled && "opacity-60")}>
        {actionNames.map((action) => (
          <li key={action} className="flex items-center justify-between gap-3 border-b border-line py-1.5">
            <span className="min-w-0 text-sm">
              {t(`keys.${action}`)}
              {clash?.action === action && (
                <span role="alert" className="block text-xs text-danger-ink">
                  {t("keys.taken", { action: t(`keys.${clash.with}`) })}
                </span>
              )}
            </span>
            <span className="flex items-center gap-1">
              {given.bindings[action] && (
                <IconButton
                  label={t("keys.reset")}
                  size="sm"
                  onClick={() => {
                    const { [action]: _, ...rest } = given.bindings;
                    prefer({ bindings: rest });
                  }}
                >
                  <RotateCcw aria-hidden />
                </IconButton>
              )}
              <Button
                size="sm"
                disabled={disabled || fixed.has(action)}
                className="min-w-16"
                aria-label={`${t(`keys.${action}`)}: ${shown(bindingOf(action, given))}`}
                onClick={() => setListening(action)}
                onBlur={() => setListening(undefined)}
                onKeyDown={(event) => {
                  if (listening !== action || ["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
                  event.preventDefault();
                  event.stopPropagation();
                  take(action, event.key.toLowerCase());
                }}
              >
                {listening === action ? t("keys.press") : shown(bindingOf(action, given))}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
