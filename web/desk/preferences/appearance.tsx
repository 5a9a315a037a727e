import { Monitor, Moon, Sun } from "lucide-react";
import { cx } from "../../ui/cx";
import { Tooltip } from "../../ui/tooltip";
import { useT } from "../i18n";
import { prefer, usePreferences, type Language, type Theme } from "./preferences";

const themes: [Theme, typeof Sun][] = [
  ["light", Sun],
  ["dark", Moon],
  ["system", Monitor],
];
const languages: [Language, string][] = [
  ["id", "Bahasa Indonesia"],
  ["en", "English"],
];

const segment =
  "flex h-7 items-center justify-center rounded-md px-2 text-xs font-medium transition-colors aria-checked:bg-surface aria-checked:text-ink aria-checked:shadow-low text-ink-soft hover:text-ink";

/** Language and theme, remembered on this device. */
export function Appearance({ onLanguage }: { onLanguage?: (language: Language) => void }) {
  const t = useT();
  const { theme, language } = usePreferences();
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div role="radiogroup" aria-label={t("preferences.language")} className="flex rounded-lg bg-sunken p-0.5">
        {languages.map(([code, name]) => (
          <button
            key={code}
            type="button"
            role="radio"
            aria-checked={language === code}
            lang={code}
            className={segment}
            onClick={() => {
              prefer({ language: code });
              onLanguage?.(code);
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="radiogroup" aria-label={t("preferences.theme")} className="flex rounded-lg bg-sunken p-0.5">
        {themes.map(([name, Icon]) => (
          <Tooltip key={name} text={t(`preferences.theme.${name}`)}>
            <button
              type="button"
              role="radio"
              aria-checked={theme === name}
              aria-label={t(`preferences.theme.${name}`)}
              className={cx(segment, "w-8 px-0")}
              onClick={() => prefer({ theme: name })}
            >
              <Icon className="size-4" aria-hidden />
            </button>
          </Tooltip>
        ))}
      </div>
    </div>
  );
}
