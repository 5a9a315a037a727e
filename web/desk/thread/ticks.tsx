import { Check, CheckCheck, CircleAlert, Clock, CircleHelp } from "lucide-react";
import type { MessageStatus } from "../../api/shapes";
import { useT } from "../i18n";

const icons = {
  queued: Clock,
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
  unknown: CircleHelp,
};

/** How far a message got. Read differs from delivered by more than its colour: it is bold, and is said. */
export function Ticks({ status }: { status: MessageStatus }) {
  const t = useT();
  const Icon = icons[status];
  const tone = status === "read" ? "text-accent-ink" : status === "failed" ? "text-danger-ink" : "text-ink-faint";
  return (
    <span className={tone} title={t(`status.${status}`)}>
      <Icon className="size-3.5" strokeWidth={status === "read" ? 3 : 2} aria-hidden />
      <span className="sr-only">{t(`status.${status}`)}</span>
    </span>
  );
}
