import { CalendarDays, GitMerge, Info } from "lucide-react";
import type { TimelineItem } from "../../api/shapes";
import { wordsOf } from "../customer/words";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";

export function DayLine({ at }: { at: string }) {
  const format = useFormat();
  return (
    <div className="my-3 flex items-center gap-3 text-xs font-medium text-ink-faint">
      <span className="h-px flex-1 bg-line" />
      <CalendarDays className="size-3" aria-hidden />
      <time dateTime={at}>{format.day(at)}</time>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

export function SystemLine({ item }: { item: TimelineItem }) {
  const t = useT();
  const format = useFormat();
  const { title, text } = wordsOf(item, t);
  const Icon = item.type === "merge" ? GitMerge : Info;
  return (
    <p className="my-1.5 flex items-center justify-center gap-1.5 text-center text-xs text-ink-faint">
      <Icon className="size-3 shrink-0" aria-hidden />
      <span>
        {title}
        {text && ` · ${text}`}
      </span>
      <time dateTime={item.at} className="tabular">
        {format.time(item.at)}
      </time>
    </p>
  );
}
