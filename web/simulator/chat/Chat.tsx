import { Fragment, useEffect, useRef, useState } from "react";
import type { Bubble, Person } from "../shapes";
import { looked, useTown } from "../town";
import { day, time, useWords } from "../words";
import { BubbleView } from "./Bubble";
import { Composer } from "./Composer";

const NONE: Bubble[] = [];

export function Chat({ person }: { person: Person }) {
  const words = useWords();
  const business = useTown((known) => known.town?.numbers[0]);
  const bubbles = useTown((known) => known.bubbles[person.id]) ?? NONE;
  const typingUntil = useTown((known) => known.typing[person.id]) ?? 0;
  const language = useTown((known) => known.language);
  const [quoting, setQuoting] = useState<Bubble | null>(null);
  const [editing, setEditing] = useState<Bubble | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const [, tick] = useState(0);

  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
    looked();
  }, [bubbles.length]);
  useEffect(() => {
    const left = typingUntil - Date.now();
    const timer = left > 0 ? setTimeout(() => tick((n) => n + 1), left) : undefined;
    return () => clearTimeout(timer);
  }, [typingUntil]);

  if (!person.bsuid || !business) {
    return (
      <p className="empty">
        {person.name} {words.no_whatsapp}
      </p>
    );
  }
  const typing = typingUntil > Date.now();
  return (
    <div className="chat">
      <header>
        <span className="face shop" aria-hidden="true">
          TN
        </span>
        <div>
          <strong>{business.name}</strong>
          <small>{typing ? words.typing : words.business}</small>
        </div>
      </header>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className="bubbles" role="log" aria-label={business.name} tabIndex={0}>
        {bubbles.length === 0 && <p className="hint">{words.chat_empty}</p>}
        {bubbles.map((bubble, index) => {
          const before = bubbles[index - 1];
          const today = day(bubble.at, language);
          return (
            <Fragment key={bubble.id}>
              {(!before || day(before.at, language) !== today) && <p className="day">{today}</p>}
              <BubbleView
                bubble={bubble}
                quoted={bubbles.find((one) => one.id === bubble.quotes)}
                quote={() => setQuoting(bubble)}
                edit={() => setEditing(bubble)}
              />
            </Fragment>
          );
        })}
        <Window bubbles={bubbles} />
        <div ref={end} />
      </div>
      <Composer person={person} quoting={quoting} editing={editing} done={() => (setQuoting(null), setEditing(null))} />
    </div>
  );
}

function Window({ bubbles }: { bubbles: Bubble[] }) {
  const words = useWords();
  const language = useTown((known) => known.language);
  const last = bubbles.findLast((bubble) => bubble.mine);
  if (!last) return null;
  const ends = new Date(new Date(last.at).getTime() + 86_400_000);
  const open = ends.getTime() > Date.now();
  return (
    <p className="hint">
      {open ? `${words.window_open} ${day(ends.toISOString(), language)} ${time(ends.toISOString(), language)}` : words.window_closed}
    </p>
  );
}
