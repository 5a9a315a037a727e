import { Fragment, useEffect, useMemo, useRef, useState } from "react";
import { send } from "../api";
import type { Bubble, ChatSheet, Person } from "../shapes";
import { looked, talk, useTown } from "../town";
import { day, time, useWords } from "../words";
import { BubbleView } from "./Bubble";
import { Composer } from "./Composer";

const NONE: Bubble[] = [];

export function Chat({ app, person }: { app: ChatSheet; person: Person }) {
  const words = useWords();
  const business = useTown((known) => known.town?.business) ?? "";
  const all = useTown((known) => known.bubbles[person.id]) ?? NONE;
  const bubbles = useMemo(() => all.filter((bubble) => bubble.app === app.name), [all, app.name]);
  const typingUntil = useTown((known) => known.typing[talk(person.id, app.name)]) ?? 0;
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

  if (!person.accounts[app.name]) {
    return (
      <p className="empty">
        {person.name} {words.not_on} {app.title[language]}.
      </p>
    );
  }
  const typing = typingUntil > Date.now();
  return (
    <div className="chat" style={{ "--app": app.colour } as React.CSSProperties}>
      <header>
        <span className="face shop" aria-hidden="true">
          TN
        </span>
        <div>
          <strong>{business}</strong>
          <small>{typing ? words.typing : words.business}</small>
        </div>
        <Acts app={app} person={person} />
      </header>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className="bubbles" role="log" aria-label={business} tabIndex={0}>
        {bubbles.length === 0 && <p className="hint">{words.chat_empty}</p>}
        {bubbles.map((bubble, index) => {
          const before = bubbles[index - 1];
          const today = day(bubble.at, language);
          return (
            <Fragment key={bubble.id}>
              {(!before || day(before.at, language) !== today) && <p className="day">{today}</p>}
              <BubbleView
                app={app}
                bubble={bubble}
                quoted={bubbles.find((one) => one.id === bubble.quotes)}
                quote={() => setQuoting(bubble)}
                edit={() => setEditing(bubble)}
              />
            </Fragment>
          );
        })}
        <Window seconds={app.window} bubbles={bubbles} />
        <div ref={end} />
      </div>
      <Composer app={app} person={person} quoting={quoting} editing={editing} done={() => (setQuoting(null), setEditing(null))} />
    </div>
  );
}

function Window({ seconds, bubbles }: { seconds: number | null; bubbles: Bubble[] }) {
  const words = useWords();
  const language = useTown((known) => known.language);
  const last = bubbles.findLast((bubble) => bubble.mine);
  if (!last || seconds === null) return null;
  const ends = new Date(new Date(last.at).getTime() + seconds * 1000);
  const open = ends.getTime() > Date.now();
  return (
    <p className="hint">
      {open ? `${words.window_open} ${day(ends.toISOString(), language)} ${time(ends.toISOString(), language)}` : words.window_closed}
    </p>
  );
}

/** What else can be done in this app: block the shop, share one's number … */
function Acts({ app, person }: { app: ChatSheet; person: Person }) {
  const words = useWords();
  const language = useTown((known) => known.language);
  const menu = useRef<HTMLDetailsElement>(null);
  const acts = Object.entries(app.acts);
  if (acts.length === 0) return null;
  const act = (name: string) => {
    void send("POST", `people/${person.id}/acts/${name}`, { app: app.name });
    if (menu.current) menu.current.open = false;
  };
  return (
    <details className="acts" ref={menu}>
      <summary aria-label={words.more}>⋮</summary>
      <div>
        {acts.map(([name, title]) => (
          <button key={name} type="button" onClick={() => act(name)}>
            {title[language]}
          </button>
        ))}
      </div>
    </details>
  );
}
