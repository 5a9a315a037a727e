import { useState, type FormEvent, type ReactNode } from "react";
import { Button } from "../../ui/button";
import { Field, TextInput } from "../../ui/field";
import { entry } from "../../ui/menu";
import { Popover } from "../../ui/popover";
import { cx } from "../../ui/cx";
import { useT, type Key } from "../i18n";
import { useFormat } from "../i18n/format";
import { snooze } from "../inbox/actions";

const MORNING = 9;

/** The times that are offered, as seen from `now`, in the agent's own clock. */
export function snoozeTimes(now: Date): [Key, Date][] {
  const morning = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    ["snooze.hour", new Date(now.getTime() + 3_600_000)],
    ["snooze.hours", new Date(now.getTime() + 3 * 3_600_000)],
    ["snooze.tomorrow", morning(1)],
    ["snooze.monday", morning(toMonday)],
    ["snooze.week", morning(7)],
  ];
}

interface Props {
  id: string;
  trigger: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function SnoozeMenu({ id, trigger, open, onOpenChange }: Props) {
  const t = useT();
  const format = useFormat();
  const [own, setOwn] = useState("");
  const pick = (until: Date) => {
    onOpenChange(false);
    void snooze(id, until);
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    if (own) pick(new Date(own));
  }
  return (
    <Popover trigger={trigger} label={t("action.snooze")} open={open} onOpenChange={onOpenChange} className="w-72">
      {snoozeTimes(new Date()).map(([key, until]) => (
        <button key={key} type="button" className={cx(entry, "w-full hover:bg-hover focus-visible:bg-hover")} onClick={() => pick(until)}>
          <span className="flex-1 text-left">{t(key)}</span>
          <span className="tabular text-xs text-ink-faint">{format.full(until.toISOString())}</span>
        </button>
      ))}
      <form onSubmit={submit} className="mt-1 flex items-end gap-2 border-t border-line p-2">
        <Field label={t("snooze.until")} className="min-w-0 flex-1">
          {(ids) => (
            <TextInput {...ids} type="datetime-local" value={own} onChange={(event) => setOwn(event.target.value)} className="!h-8 text-sm" />
          )}
        </Field>
        <Button type="submit" disabled={!own}>
          {t("action.snooze")}
        </Button>
      </form>
    </Popover>
  );
}
