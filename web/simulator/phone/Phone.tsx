import { useEffect, useRef, useState } from "react";
import { Chat } from "../chat/Chat";
import { MailApp } from "../mail/MailApp";
import type { Person } from "../shapes";
import { change, looked, useTown, type AppName } from "../town";
import { time, useTitles, useWords } from "../words";
import { MailIcon, Mark, ShopIcon } from "./icons";
import { Browser } from "./Browser";

export function Phone({ person }: { person: Person }) {
  const words = useWords();
  const titles = useTitles();
  const wanted = useTown((known) => known.app);
  const chats = useTown((known) => known.town?.chats) ?? [];
  const bubbles = useTown((known) => known.bubbles[known.me]);
  const mails = useTown((known) => known.mails[known.me]);
  const language = useTown((known) => known.language);
  const chat = chats.find((one) => one.name === wanted);
  const app = chat || wanted === "mail" ? wanted : "shop";
  const unread = (name: AppName) =>
    name === "mail"
      ? (mails?.filter((mail) => mail.state === "new").length ?? 0)
      : (bubbles?.filter((b) => b.app === name && !b.mine && ["sent", "delivered"].includes(b.state)).length ?? 0);
  // What the story needs is in sight, however many apps there are.
  const [first, ...others] = chats.map((one) => ({ name: one.name, icon: <Mark of={one} /> }));
  const apps = [{ name: "shop", icon: <ShopIcon /> }, ...(first ? [first] : []), { name: "mail", icon: <MailIcon /> }, ...others];
  const [clock, setClock] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setInterval(() => setClock(new Date().toISOString()), 10_000);
    return () => clearInterval(timer);
  }, []);

  const dock = useRef<HTMLElement>(null);
  useEffect(() => {
    dock.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [app]);

  const open = (name: AppName) => {
    change({ app: name });
    looked();
  };
  return (
    <section className="phone" aria-label={`${words.phone_of} ${person.name}`}>
      <div className="status" aria-hidden="true">
        <span>{time(clock, language)}</span>
        <span>{person.phone ? `+${person.phone}` : person.email}</span>
      </div>
      <div className="screen">
        {/* The shop stays open behind the other apps, as a browser tab does. */}
        <Browser key={`${person.id} ${language}`} person={person} hidden={app !== "shop"} />
        {chat && <Chat key={`${person.id} ${chat.name}`} app={chat} person={person} />}
        {app === "mail" && <MailApp key={person.id} person={person} />}
      </div>
      <nav className="dock" ref={dock} aria-label={words.apps_label}>
        {apps.map(({ name, icon }) => (
          <button key={name} type="button" aria-pressed={app === name} onClick={() => open(name)}>
            {icon}
            <span>{titles(name)}</span>
            {unread(name) > 0 && app !== name && <b>{unread(name)}</b>}
          </button>
        ))}
      </nav>
    </section>
  );
}
