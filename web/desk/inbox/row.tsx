import { Link } from "@tanstack/react-router";
import { AlarmClock, Archive, CircleAlert, CornerUpLeft, Lock } from "lucide-react";
import { memo } from "react";
import type { Conversation } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { cx } from "../../ui/cx";
import { Pill } from "../../ui/pill";
import { useT, type Translate } from "../i18n";
import { useFormat } from "../i18n/format";
import { ChannelMark } from "../shell/channel-mark";
import { useChannels } from "../shell/channels";
import { useCell, useConversation } from "../store/hooks";
import { presence } from "../store";
import type { ViewName } from "../store/view";
import { PriorityIcon } from "./priority";

interface Props {
  id: string;
  view: ViewName;
  /** The list has conversations of any status: this one says its own. */
  mixed: boolean;
  current: boolean;
  selected: boolean;
  selecting: boolean;
  onSelect: (id: string) => void;
}

export const ConversationRow = memo(function ConversationRow({ id, view, mixed, current, selected, selecting, onSelect }: Props) {
  const t = useT();
  const format = useFormat();
  const row = useConversation(id);
  const { titleOf } = useChannels();
  const typing = useCell(presence.typingIn(id)).some(({ by }) => by.type === "customer");
  if (!row) return null;
  const name = row.customer.name || t("customer.unnamed");
  const unread = row.unread > 0;
  return (
    <div className={cx("group relative h-full border-b border-line", current ? "bg-selected" : selected ? "bg-hover" : "hover:bg-hover")}>
      {current && <span className="absolute inset-y-0 left-0 w-0.75 bg-accent" aria-hidden />}
      <Link
        to="/inbox/$view/$conversation"
        params={{ view, conversation: id }}
        search={(before) => ({ ...before, panel: undefined })}
        aria-current={current ? "true" : undefined}
        className="flex h-full gap-3 px-3.5 py-2.5 -outline-offset-2"
      >
        <span className={cx("relative size-9 shrink-0", selecting ? "invisible" : "group-hover:max-md:visible md:group-hover:invisible")}>
          <Avatar name={name} />
        </span>
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex items-center gap-1.5">
            <span className={cx("min-w-0 flex-1 truncate text-base", unread ? "font-semibold" : "font-medium")}>{name}</span>
            <PriorityIcon priority={row.priority} />
            <time dateTime={row.last_at} className={cx("tabular shrink-0 text-xs", unread ? "font-medium text-accent-ink" : "text-ink-faint")}>
              {format.brief(row.last_at)}
            </time>
          </span>
          <span className="flex items-center gap-2">
            <span className={cx("min-w-0 flex-1 truncate text-sm", unread ? "text-ink" : "text-ink-soft")}>
              {typing ? <span className="text-accent-ink italic">{t("presence.typing")}</span> : <Preview row={row} t={t} />}
            </span>
            {unread && (
              <span className="tabular flex h-4.5 min-w-4.5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 text-2xs font-semibold text-on-accent">
                {format.number(row.unread)}
                <span className="sr-only">{t("inbox.unread")}</span>
              </span>
            )}
          </span>
          <span className="mt-0.5 flex h-5 items-center gap-1.5 overflow-hidden">
            <span className="flex gap-1">
              {channelsOf(row).map((channel) => (
                <ChannelMark key={channel} channel={channel} />
              ))}
              <span className="sr-only">{channelsOf(row).map(titleOf).join(", ")}</span>
            </span>
            {mixed && row.status === "closed" && <Pill icon={<Archive aria-hidden />}>{t("state.closed")}</Pill>}
            {row.failed && (
              <Pill tone="danger" icon={<CircleAlert aria-hidden />}>
                {t("inbox.failed")}
              </Pill>
            )}
            {row.snooze && (
              <Pill tone="warn" icon={<AlarmClock aria-hidden />}>
                {format.brief(row.snooze.until)}
              </Pill>
            )}
            {row.labels.slice(0, 2).map((label) => (
              <Pill key={label}>{label}</Pill>
            ))}
            {row.labels.length > 2 && <span className="text-2xs text-ink-faint">+{row.labels.length - 2}</span>}
            <span className="flex-1" />
            {row.assignee && (
              <span className="flex shrink-0 items-center gap-1 text-2xs text-ink-faint" title={t("inbox.assignedTo", { name: row.assignee.name })}>
                <Avatar name={row.assignee.name} size="xs" />
                <span className="sr-only">{t("inbox.assignedTo", { name: row.assignee.name })}</span>
              </span>
            )}
          </span>
        </span>
      </Link>
      <input
        type="checkbox"
        checked={selected}
        onChange={() => onSelect(id)}
        aria-label={t("inbox.select", { name })}
        className={cx(
          "absolute top-5 left-6 size-4 accent-accent",
          !selecting && "pointer-events-none opacity-0 focus-visible:opacity-100 md:group-hover:pointer-events-auto md:group-hover:opacity-100",
        )}
      />
    </div>
  );
});

function channelsOf(row: Conversation): string[] {
  return [...new Set(row.connections.map(({ channel }) => channel))].slice(0, 4);
}

function Preview({ row, t }: { row: Conversation; t: Translate }) {
  const last = row.last_message;
  if (!last) return <span className="text-ink-faint">{row.subject || t("thread.none")}</span>;
  const text = last.text.replace(/\s+/g, " ").trim() || t(`kind.${last.kind}`);
  return (
    <>
      {last.direction === "out" && <CornerUpLeft className="mr-1 mb-0.5 inline size-3 text-ink-faint" aria-label={t("thread.weWrote")} />}
      {last.direction === "note" && <Lock className="mr-1 mb-0.5 inline size-3 text-note-ink" aria-label={t("composer.note")} />}
      {text}
    </>
  );
}
