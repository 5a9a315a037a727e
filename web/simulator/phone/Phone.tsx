import { useEffect, useState } from "react";
import { Chat } from "../chat/Chat";
import { MailApp } from "../mail/MailApp";
import type { Person } from "../shapes";
import { change, looked, useTown, type AppName } from "../town";
import { time, useWords } from "../words";
import { ChatIcon, MailIcon, ShopIcon } from "./icons";
import { Browser } from "./Browser";

const APPS = [
  { name: "shop", Icon: ShopIcon },
  { name: "chat", Icon: ChatIcon },
  { name: "mail", Icon: MailIcon },
] as const;

export function Phone({ person }: { person: Person }) {
  const words = useWords();
  const app = useTown((known) => known.app);
  const language = useTown((known) => known.language);
  const unread = {
    shop: 0,
    chat: useTown((known) => known.bubbles[known.me]?.filter((b) => !b.mine && ["sent", "delivered"].includes(b.state)).length ?? 0),
    mail: useTown((known) => known.mails[known.me]?.filter((mail) => mail.state === "new").length ?? 0),
  };
  const [clock, setClock] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setInterval(() => setClock(new Date().toISOString()), 10_000);
    return () => clearInterval(timer);
  }, []);

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
        {app === "chat" && <Chat key={person.id} person={person} />}
        {app === "mail" && <MailApp key={person.id} person={person} />}
      </div>
      <nav className="dock" aria-label={words.apps_label}>
        {APPS.map(({ name, Icon }) => (
          <button key={name} type="button" aria-pressed={app === name} onClick={() => open(name)}>
            <Icon />
            {words.apps[name]}
            {unread[name] > 0 && app !== name && <b>{unread[name]}</b>}
          </button>
        ))}
      </nav>
    </section>
  );
}
