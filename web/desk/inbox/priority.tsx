import { ChevronDown, ChevronUp, ChevronsUp, Minus } from "lucide-react";
import type { Priority } from "../../api/shapes";
import { useT } from "../i18n";

export const priorities: Priority[] = ["urgent", "high", "none", "low"];

const icons = { urgent: ChevronsUp, high: ChevronUp, none: Minus, low: ChevronDown };
const tones = { urgent: "text-danger-ink", high: "text-warn-ink", none: "text-ink-faint", low: "text-ink-faint" };

/** Shape says it as well as colour. Nothing for the usual priority, unless asked for. */
export function PriorityIcon({ priority, always }: { priority: Priority; always?: boolean }) {
  const t = useT();
  if (priority === "none" && !always) return null;
  const Icon = icons[priority];
  return (
    <span className={tones[priority]} title={t(`priority.${priority}`)}>
      <Icon className="size-4" strokeWidth={2.5} aria-hidden />
      <span className="sr-only">{t(`priority.${priority}`)}</span>
    </span>
  );
}
