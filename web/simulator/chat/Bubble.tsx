import { useRef } from "react";
import { at, send } from "../api";
import { Ticks } from "../phone/icons";
import type { Bubble, ChatSheet } from "../shapes";
import { useTown } from "../town";
import { time, useWords } from "../words";
import { excerpt } from "./excerpt";
import { Inside } from "./Inside";

const EMOJI = ["👍", "❤️", "😂", "😮", "🙏"];

export function BubbleView({
  app,
  bubble,
  quoted,
  quote,
  edit,
}: {
  app: ChatSheet;
  bubble: Bubble;
  quoted: Bubble | undefined;
  quote: () => void;
  edit: () => void;
}) {
  const words = useWords();
  const language = useTown((known) => known.language);
  const reactions = Object.values(bubble.reactions).filter(Boolean).join("");
  return (
    <article className="bubble" data-mine={bubble.mine || undefined} data-kind={bubble.kind}>
      {quoted && (
        <blockquote>
          <strong>{quoted.mine ? words.you : "Toko Nusantara"}</strong>
          {excerpt(quoted, words)}
        </blockquote>
      )}
      {bubble.revoked ? <p className="gone">{words.deleted}</p> : <Inside bubble={bubble} />}
      <footer>
        {bubble.edited && !bubble.revoked && <span>{words.edited}</span>}
        <time dateTime={bubble.at}>{time(bubble.at, language)}</time>
        {bubble.mine && (
          <span title={words.ticks[bubble.state]}>
            <Ticks state={bubble.state} />
            <span className="unseen">{words.ticks[bubble.state]}</span>
          </span>
        )}
        {bubble.error && <span className="failed">{bubble.error}</span>}
      </footer>
      {reactions && <span className="reactions">{reactions}</span>}
      {!bubble.revoked && <Options app={app} bubble={bubble} quote={quote} edit={edit} />}
    </article>
  );
}

function Options({
  app,
  bubble,
  quote,
  edit,
}: {
  app: ChatSheet;
  bubble: Bubble;
  quote: () => void;
  edit: () => void;
}) {
  const words = useWords();
  const menu = useRef<HTMLDetailsElement>(null);
  const path = `bubbles/${encodeURIComponent(bubble.id)}`;
  const can = (what: string) => app.can.includes(what);
  if (!bubble.content.id && !["react", "quote", ...(bubble.mine ? ["edit", "unsend"] : [])].some(can)) return null;
  const then = (act: () => unknown) => () => {
    act();
    if (menu.current) menu.current.open = false;
  };
  return (
    <details className="options" ref={menu}>
      <summary aria-label={words.options}>⋯</summary>
      <div>
        <div role="group" aria-label={words.react} hidden={!can("react")}>
          {EMOJI.map((emoji) => {
            const on = bubble.reactions.customer === emoji;
            return (
              <button
                key={emoji}
                type="button"
                aria-pressed={on}
                onClick={then(() => send("PUT", `${path}/reaction`, { emoji: on ? "" : emoji }))}
              >
                {emoji}
              </button>
            );
          })}
        </div>
        {can("quote") && (
          <button type="button" onClick={then(quote)}>
            {words.reply}
          </button>
        )}
        {can("edit") && bubble.mine && bubble.kind === "text" && (
          <button type="button" onClick={then(edit)}>
            {words.edit}
          </button>
        )}
        {can("unsend") && bubble.mine && (
          <button type="button" onClick={then(() => send("DELETE", path))}>
            {words.remove}
          </button>
        )}
        {bubble.content.id && (
          <a href={at(`files/${bubble.content.id}`)} target="_blank" rel="noreferrer">
            {words.open_file}
          </a>
        )}
      </div>
    </details>
  );
}
