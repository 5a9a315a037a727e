import { Bot, History, Lock, Reply, RotateCcw, Smartphone, SmilePlus, Trash2, TriangleAlert } from "lucide-react";
import { memo, useState } from "react";
import * as api from "../../api/desk";
import type { Message } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { Popover } from "../../ui/popover";
import { textOf, useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { sayProblem } from "../inbox/actions";
import { ConnectionLabel } from "../shell/channel-mark";
import { useChannels } from "../shell/channels";
import { outbox, threads } from "../store";
import { useMessage } from "../store/hooks";
import { Content } from "./content";
import { Ticks } from "./ticks";
import { warningText } from "./warning";

interface Props {
  id: string;
  opens: boolean;
  via: boolean;
  ends: boolean;
  onQuote: (message: Message) => void;
}

export const MessageRow = memo(function MessageRow({ id, opens, via, ends, onQuote }: Props) {
  const t = useT();
  const message = useMessage(id);
  if (!message) return null;
  const { direction } = message;
  const inward = direction === "in";
  const rich = message.html !== null || message.kind === "email";
  const author = message.author.name || t(inward ? "customer.unnamed" : `author.${message.author.type}`);
  return (
    <article
      aria-label={t("thread.by", { name: author })}
      className={cx("group flex gap-2.5", opens ? "mt-3" : "mt-0.5", !inward && "flex-row-reverse")}
    >
      <span className="w-7 shrink-0 pt-5 max-sm:hidden">{opens && <Avatar name={author} size="sm" />}</span>
      <div className={cx("flex min-w-0 flex-col gap-0.5", inward ? "items-start" : "items-end", rich ? "w-full sm:w-[85%]" : "max-w-[88%] sm:max-w-[74%]")}>
        {opens && <Heading message={message} author={author} via={via} />}
        <div className={cx("flex w-full items-center gap-1", !inward && "flex-row-reverse")}>
          <div
            className={cx(
              "min-w-0 rounded-2xl px-3 py-2 text-base",
              rich && "w-full",
              direction === "note" && "border border-note-line bg-note text-note-ink",
              inward && "bg-sunken text-ink",
              direction === "out" && "bg-outgoing text-ink",
              opens && (inward ? "rounded-tl-md" : "rounded-tr-md"),
              message.status === "failed" && "outline outline-danger",
            )}
          >
            <Content message={message} />
          </div>
          <Tools message={message} onQuote={onQuote} />
        </div>
        <Reactions message={message} />
        <Footer message={message} ends={ends} />
      </div>
    </article>
  );
});

function Heading({ message, author, via }: { message: Message; author: string; via: boolean }) {
  const t = useT();
  const { author: by, direction, connection } = message;
  return (
    <div className="flex max-w-full items-center gap-1.5 px-1 text-xs text-ink-faint">
      {direction === "note" && <Lock className="size-3 text-note-ink" aria-label={t("composer.note")} />}
      {by.type === "bot" && <Bot className="size-3.5" aria-label={t("author.bot")} />}
      {by.type === "native_app" && <Smartphone className="size-3.5" aria-label={t("author.native_app")} />}
      <span className="truncate font-medium text-ink-soft">{author}</span>
      {connection && via && (
        <>
          <span aria-hidden>·</span>
          <ConnectionLabel connection={connection} />
        </>
      )}
    </div>
  );
}

function Footer({ message, ends }: { message: Message; ends: boolean }) {
  const t = useT();
  const format = useFormat();
  const stuck = message.status === "failed" || message.status === "unknown";
  return (
    <>
      <div className={cx("flex items-center gap-1.5 px-1 text-2xs text-ink-faint", !ends && !message.edited_at && !stuck && "sr-only")}>
        {message.edited_at && <Edits message={message} />}
        <time dateTime={message.at} title={format.full(message.at)} className="tabular">
          {format.time(message.at)}
        </time>
        {message.direction === "out" && message.status && <Ticks status={message.status} />}
      </div>
      {message.warnings.map((warning) => (
        <p key={warning} className="flex items-center gap-1 px-1 text-xs text-warn-ink">
          <TriangleAlert className="size-3 shrink-0" aria-hidden />
          {warningText(t, warning)}
        </p>
      ))}
      {stuck && <Failed message={message} />}
    </>
  );
}

/** Why it did not arrive, and the way out. */
function Failed({ message }: { message: Message }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const local = outbox.holds(message.id);
  const { failure } = message;
  async function retry() {
    setBusy(true);
    try {
      if (local) await outbox.retry(message.id);
      else threads.upsert(await api.messages.retry(message.id));
    } catch (error) {
      sayProblem(error);
    }
    setBusy(false);
  }
  return (
    <div role="alert" className="flex max-w-full flex-wrap items-center justify-end gap-x-2 gap-y-1 rounded-md bg-danger-soft px-2.5 py-1 text-xs text-danger-ink">
      <span>
        {message.status === "unknown" ? t("failure.unknown") : textOf(t, "failure", failure?.reason ?? "other")}
        {failure?.detail && <span className="block text-2xs opacity-90">{failure.detail}</span>}
      </span>
      {(local || failure?.retryable !== false) && (
        <Button size="sm" look="outline" busy={busy} icon={<RotateCcw className="size-3.5" aria-hidden />} onClick={() => void retry()}>
          {t("action.retry")}
        </Button>
      )}
      {local && (
        <Button size="sm" look="quiet" icon={<Trash2 className="size-3.5" aria-hidden />} onClick={() => outbox.discard(message.id)}>
          {t("action.discard")}
        </Button>
      )}
    </div>
  );
}

function Edits({ message }: { message: Message }) {
  const t = useT();
  const format = useFormat();
  if (!message.edits.length) return <span>{t("thread.edited")}</span>;
  return (
    <Popover
      label={t("thread.editHistory")}
      align="end"
      className="w-72 p-3"
      trigger={
        <button type="button" className="inline-flex items-center gap-1 underline decoration-dotted hover:text-ink">
          <History className="size-3" aria-hidden />
          {t("thread.edited")}
        </button>
      }
    >
      <p className="mb-2 text-xs font-semibold">{t("thread.editHistory")}</p>
      <ol className="flex flex-col gap-2">
        {message.edits.map((edit) => (
          <li key={edit.at} className="text-sm">
            <time dateTime={edit.at} className="block text-2xs text-ink-faint">
              {format.full(edit.at)}
            </time>
            <span className="whitespace-pre-wrap">{edit.text}</span>
          </li>
        ))}
      </ol>
    </Popover>
  );
}

function Reactions({ message }: { message: Message }) {
  const t = useT();
  if (!message.reactions.length) return null;
  return (
    <ul className="-mt-1.5 flex gap-1 px-2" aria-label={t("thread.reactions")}>
      {message.reactions.map(({ emoji, by }) => (
        <li key={`${by} ${emoji}`} className="rounded-full border border-line bg-raised px-1.5 text-sm leading-5" title={t(`thread.reaction.${by}`)}>
          {emoji}
        </li>
      ))}
    </ul>
  );
}

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Quote and react, where the message's channel can. */
function Tools({ message, onQuote }: { message: Message; onQuote: (message: Message) => void }) {
  const t = useT();
  const { find } = useChannels();
  const [open, setOpen] = useState(false);
  const can = message.connection ? find(message.connection.channel)?.capabilities : undefined;
  if (!can || message.deleted_at || message.id.startsWith("local:")) return null;
  const mine = message.reactions.find(({ by }) => by === "business")?.emoji;
  async function react(emoji: string) {
    setOpen(false);
    try {
      await api.messages.react(message.id, emoji === mine ? "" : emoji);
    } catch (error) {
      sayProblem(error);
    }
  }
  return (
    <div className={cx("flex shrink-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100", open ? "opacity-100" : "opacity-0 pointer-coarse:hidden")}>
      {can.reactions && message.direction === "in" && (
        <Popover
          label={t("thread.react")}
          open={open}
          onOpenChange={setOpen}
          side="top"
          className="flex"
          trigger={
            <IconButton label={t("thread.react")} size="sm">
              <SmilePlus aria-hidden />
            </IconButton>
          }
        >
          {EMOJI.map((emoji) => (
            <button
              key={emoji}
              type="button"
              aria-pressed={emoji === mine}
              aria-label={emoji}
              className="flex size-9 items-center justify-center rounded-md text-lg hover:bg-hover aria-pressed:bg-selected"
              onClick={() => void react(emoji)}
            >
              {emoji}
            </button>
          ))}
        </Popover>
      )}
      {can.reply_to && (
        <IconButton label={t("thread.quote")} size="sm" onClick={() => onQuote(message)}>
          <Reply aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
