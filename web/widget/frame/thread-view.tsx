import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Bubble } from "./bubble";
import type { Choice, Message } from "./protocol";
import { day, useWords } from "./words";

interface Props {
  greeting: string;
  messages: Message[];
  more: boolean;
  typing: string | null;
  older(): Promise<void>;
  choose(message: Message, choice: Choice): void;
  retry(message: Message): void;
}

const NEAR = 120;
const RUN = 5 * 60_000;

const together = (a: Message | undefined, b: Message | undefined) =>
  a !== undefined && b !== undefined && a.from === b.from && a.author === b.author && Math.abs(Date.parse(b.at) - Date.parse(a.at)) < RUN && new Date(a.at).toDateString() === new Date(b.at).toDateString();

/** The conversation: stays at its end while the reader is there, and where they are when they read back. */
export function Thread({ greeting, messages, more, typing, older, choose, retry }: Props) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ first: "", height: 0, count: 0 });

  useLayoutEffect(() => {
    const at = box.current;
    if (!at) return;
    const had = before.current;
    const first = messages[0]?.id ?? messages[0]?.cid ?? "";
    if (messages.length > had.count && messages.at(-1)?.from === "me") atEnd.current = true;
    if (atEnd.current) at.scrollTop = at.scrollHeight;
    else if (had.first && first !== had.first) at.scrollTop += at.scrollHeight - had.height;
    before.current = { first, height: at.scrollHeight, count: messages.length };
  }, [messages, typing]);

  // A picture arrives, the composer grows, a phone's keyboard opens: the end stays in view.
  useEffect(() => {
    const at = box.current;
    if (!at || !list.current) return;
    const sizes = new ResizeObserver(() => {
      if (atEnd.current) at.scrollTop = at.scrollHeight;
    });
    sizes.observe(at);
    sizes.observe(list.current);
    return () => sizes.disconnect();
  }, []);

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div class="thread" ref={box} onScroll={({ currentTarget: at }) => (atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR)} tabIndex={0} role="log" aria-label={words.thread} aria-live="polite">
      {more ? (
        <button type="button" class="link older" onClick={() => void older()}>
          {words.older}
        </button>
      ) : (
        greeting && <p class="greeting">{greeting}</p>
      )}
      <ol ref={list}>
        {messages.map((message, at) => {
          const previous = messages[at - 1];
          const date = day(message.at, words.locale);
          return (
            <Fragment key={message.cid ?? message.id}>
              {(!previous || day(previous.at, words.locale) !== date) && (
                <li class="day">
                  <span>{date}</span>
                </li>
              )}
              <Bubble
                message={message}
                first={!together(previous, message)}
                last={!together(message, messages[at + 1])}
                answered={messages.slice(at + 1).some((later) => later.from === "me")}
                choose={(choice) => choose(message, choice)}
                retry={() => retry(message)}
              />
            </Fragment>
          );
        })}
      </ol>
      {typing !== null && (
        <div class="typing">
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span class="hidden">
            {typing || words.someone} {words.typing}
          </span>
        </div>
      )}
    </div>
  );
}
