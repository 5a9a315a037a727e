import { Ban, LayoutTemplate } from "lucide-react";
import { Fragment, useState } from "react";
import type { Message } from "../../api/shapes";
import { Button } from "../../ui/button";
import { useT } from "../i18n";
import { Attachments } from "./attachments";
import { EmailHtml } from "./email-html";
import { CallCard, ContactCards, LocationCard, OrderCard, PickedOption } from "./cards";

/** Kinds whose card says all that the text says. */
const SAID_BY_CARD = new Set(["interactive_reply", "order", "context"]);

/** What a message says, by its kind. */
export function Content({ message }: { message: Message }) {
  const t = useT();
  if (message.deleted_at)
    return (
      <p className="flex items-center gap-1.5 text-ink-faint italic">
        <Ban className="size-3.5" aria-hidden />
        {t("thread.deleted")}
      </p>
    );
  return (
    <div className="flex flex-col gap-1.5">
      {message.reply_to && <Quote quoted={message.reply_to} />}
      {message.subject && <p className="font-semibold [overflow-wrap:anywhere]">{message.subject}</p>}
      <Special message={message} />
      {message.html ? (
        <EmailHtml html={message.html} title={message.subject || t("thread.email")} />
      ) : (
        message.text && !SAID_BY_CARD.has(message.kind) && <Text text={message.text} />
      )}
      {!message.html && message.quoted && <Quoted text={message.quoted} />}
      {message.attachments.length > 0 && <Attachments attachments={message.attachments} kind={message.kind} />}
    </div>
  );
}

function Special({ message }: { message: Message }) {
  const t = useT();
  switch (message.kind) {
    case "location":
      return <LocationCard extra={message.extra} />;
    case "contacts":
      return <ContactCards extra={message.extra} />;
    case "order":
      return <OrderCard extra={message.extra} />;
    case "call":
      return <CallCard message={message} />;
    case "interactive_reply":
      return <PickedOption message={message} />;
    case "template":
      return (
        <p className="flex items-center gap-1 text-2xs font-medium text-ink-faint">
          <LayoutTemplate className="size-3" aria-hidden />
          {t("kind.template")}
        </p>
      );
    case "context":
      return <p className="text-ink-soft italic">{message.text || t("thread.context")}</p>;
    case "sticker":
      return message.attachments.length > 0 ? null : <p className="text-ink-faint italic">{t("kind.sticker")}</p>;
    case "unsupported":
      return <p className="text-ink-faint italic">{t("thread.unsupported")}</p>;
    default:
      return null;
  }
}

function Quote({ quoted }: { quoted: NonNullable<Message["reply_to"]> }) {
  const t = useT();
  return (
    <blockquote className="border-l-2 border-accent pl-2 text-sm text-ink-soft">
      <span className="block text-xs font-medium text-accent-ink">{quoted.author.name || t(`author.${quoted.author.type}`)}</span>
      <span className="line-clamp-2">{quoted.text || "…"}</span>
    </blockquote>
  );
}

/** The older mail below an answer, folded. */
function Quoted({ text }: { text: string }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Button size="sm" look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t("thread.hideQuoted") : t("thread.showQuoted")}
      </Button>
      {open && <p className="mt-1 border-l-2 border-line-strong pl-2 text-sm [overflow-wrap:anywhere] whitespace-pre-wrap text-ink-soft">{text}</p>}
    </div>
  );
}

const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;

/** Plain text with its line ends kept and its links alive. */
export function Text({ text }: { text: string }) {
  return (
    <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">
      {text.split(LINK).map((part, at) =>
        at % 2 ? (
          <a key={at} href={part} target="_blank" rel="noopener noreferrer nofollow" className="text-accent-ink underline">
            {part}
          </a>
        ) : (
          <Fragment key={at}>{part}</Fragment>
        ),
      )}
    </p>
  );
}
