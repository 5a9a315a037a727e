import { CircleAlert, Clock, Download, FileText, LoaderCircle } from "lucide-react";
import type { Attachment, MessageKind } from "../../api/shapes";
import { cx } from "../../ui/cx";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";

export function Attachments({ attachments, kind }: { attachments: Attachment[]; kind: MessageKind }) {
  // What an email's text shows in place is not listed a second time.
  const shown = attachments.filter(({ inline, state }) => !(inline && state === "stored"));
  const pictures = shown.filter(isPicture);
  return (
    <div className="flex flex-col gap-1.5">
      {pictures.length > 0 && (
        <div className={cx("grid gap-1", pictures.length > 1 && "grid-cols-2")}>
          {pictures.map((attachment) => (
            <Picture key={attachment.id} attachment={attachment} sticker={kind === "sticker"} />
          ))}
        </div>
      )}
      {shown
        .filter((attachment) => !isPicture(attachment))
        .map((attachment) => (
          <Other key={attachment.id} attachment={attachment} />
        ))}
    </div>
  );
}

const FORMATS = /^image\/(png|jpe?g|gif|webp|avif)/;

function isPicture({ mime, state, url }: Attachment): boolean {
  return state === "stored" && url !== null && FORMATS.test(mime);
}

function Picture({ attachment, sticker }: { attachment: Attachment; sticker: boolean }) {
  const t = useT();
  return (
    <a href={attachment.url!} target="_blank" rel="noopener noreferrer" className="block overflow-hidden rounded-lg">
      <img
        src={attachment.thumbnail_url ?? attachment.url!}
        alt={attachment.name || t("kind.image")}
        loading="lazy"
        className={cx("w-full object-cover", sticker ? "max-h-32 max-w-32 object-contain" : "max-h-72 min-h-16 bg-sunken")}
      />
    </a>
  );
}

function Other({ attachment }: { attachment: Attachment }) {
  const t = useT();
  const { mime, url, state, name } = attachment;
  if (state === "stored" && url && mime.startsWith("audio/"))
    return <Sound attachment={attachment} label={name || t("kind.audio")} />;
  if (state === "stored" && url && mime.startsWith("video/"))
    return <Film url={url} label={name || t("kind.video")} />;
  return <FileCard attachment={attachment} />;
}

/* What a customer says or films has no captions. */
/* eslint-disable jsx-a11y/media-has-caption */
function Sound({ attachment: { url, mime, playable_url }, label }: { attachment: Attachment; label: string }) {
  return (
    // A browser takes the first that it can play, and decides that once.
    <audio key={playable_url} controls preload="metadata" aria-label={label} className="h-10 w-64 max-w-full">
      <source src={url!} {...(playable_url ? { type: mime } : {})} />
      {playable_url && <source src={playable_url} />}
    </audio>
  );
}

function Film({ url, label }: { url: string; label: string }) {
  return <video controls preload="metadata" src={url} aria-label={label} className="max-h-72 w-80 max-w-full rounded-lg bg-ink" />;
}
/* eslint-enable jsx-a11y/media-has-caption */

function isInfected({ state, failure }: Attachment): boolean {
  return state === "failed" && !!failure?.startsWith("infected");
}

function FileCard({ attachment }: { attachment: Attachment }) {
  const t = useT();
  const format = useFormat();
  const { name, size, state, url } = attachment;
  const Icon = state === "pending" ? LoaderCircle : state === "failed" ? CircleAlert : state === "expired" ? Clock : FileText;
  const body = (
    <>
      <Icon className={cx("size-5 shrink-0 text-ink-faint", state === "pending" && "animate-spin")} aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{name || t("kind.document")}</span>
        <span className="block text-xs text-ink-faint">
          {state === "stored" ? size !== null && format.bytes(size) : t(isInfected(attachment) ? "file.infected" : `file.${state}`)}
        </span>
      </span>
      {url && state === "stored" && <Download className="size-4 shrink-0 text-ink-faint" aria-hidden />}
    </>
  );
  const look = "flex w-64 max-w-full items-center gap-2.5 rounded-lg border border-line bg-surface px-3 py-2 text-ink";
  return url && state === "stored" ? (
    <a href={url} download={name} className={cx(look, "hover:bg-hover")}>
      {body}
    </a>
  ) : (
    <div className={look}>{body}</div>
  );
}
