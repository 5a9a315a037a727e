import { Sheet, Tick } from "./icons";
import type { Choice, FileRef, Interactive, Message } from "./protocol";
import { Text } from "./text";
import { clock, size, useWords } from "./words";

interface Props {
  message: Message;
  first: boolean;
  last: boolean;
  answered: boolean;
  choose(choice: Choice): void;
  retry(): void;
}

/** One message; `first` and `last` of a run by the same author. */
export function Bubble({ message, first, last, answered, choose, retry }: Props) {
  const words = useWords();
  const mine = message.from === "me";
  const who = mine ? words.you : message.author || words.someone;
  const text = message.text || message.interactive?.body || "";
  const choices = message.interactive ? choicesOf(message.interactive) : [];
  return (
    <li class={`row ${message.from}${first ? " first" : ""}${last ? " last" : ""}`}>
      <span class={first && !mine ? "who" : "hidden"}>{who}</span>
      {message.deleted ? (
        <div class="bubble gone">{words.deleted}</div>
      ) : (
        <>
          {message.files.map((file) => (
            <File file={file} key={file.id} />
          ))}
          {text ? (
            <div class="bubble">
              <Text text={text} />
            </div>
          ) : message.files.length ? null : (
            <div class="bubble gone">{words.unsupported}</div>
          )}
        </>
      )}
      {choices.length > 0 && (
        <div class="choices">
          {choices.map((choice) =>
            choice.url ? (
              <a class="choice" href={safe(choice.url)} target="_blank" rel="noopener noreferrer">
                {choice.title}
              </a>
            ) : (
              <button type="button" class="choice" disabled={answered} onClick={() => choose(choice)}>
                {choice.title}
                {choice.description && <small>{choice.description}</small>}
              </button>
            ),
          )}
        </div>
      )}
      {message.status === "failed" ? (
        <div class="meta bad">
          <Tick status="failed" />
          {message.failure === "too_long" || message.failure === "sign_in" ? words[message.failure] : words.failed}
          <button type="button" class="link" onClick={retry}>
            {words.retry}
          </button>
        </div>
      ) : (
        <div class={last || message.status === "queued" ? "meta" : "hidden"}>
          <time dateTime={message.at}>{clock(message.at, words.locale)}</time>
          {mine && (
            <>
              <Tick status={message.status} />
              <span class="hidden">{words.status[message.status]}</span>
            </>
          )}
        </div>
      )}
    </li>
  );
}

function File({ file }: { file: FileRef }) {
  const words = useWords();
  const about = (
    <>
      <Sheet />
      <span>
        <b>{file.name}</b>
        {file.size > 0 && <small>{size(file.size, words.locale)}</small>}
      </span>
    </>
  );
  if (!file.url) return <div class="file">{about}</div>;
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(file.mime))
    return (
      <a class="picture" href={file.url} target="_blank" rel="noopener">
        <img src={file.url} alt={file.name} loading="lazy" />
      </a>
    );
  // eslint-disable-next-line jsx-a11y/media-has-caption -- what people send each other has no captions
  if (file.mime.startsWith("audio/")) return <audio controls preload="none" src={file.url} aria-label={file.name} />;
  return (
    <a class="file" href={file.url} target="_blank" rel="noopener" download={file.name}>
      {about}
    </a>
  );
}

function choicesOf(interactive: Interactive): Choice[] {
  return [...(interactive.buttons ?? []), ...(interactive.sections ?? []).flatMap((section) => section.rows)];
}

function safe(url: string): string {
  return /^https?:\/\//i.test(url) ? url : "#";
}
