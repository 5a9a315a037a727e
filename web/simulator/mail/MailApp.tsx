import { useEffect, useState } from "react";
import { send } from "../api";
import { PenIcon } from "../phone/icons";
import type { Mail, Person } from "../shapes";
import { useTown } from "../town";
import { time, useWords } from "../words";
import { Letter, type Answering } from "./Letter";
import { Thread } from "./Thread";
import { preview, threads } from "./threads";

const NONE: Mail[] = [];

export function MailApp({ person }: { person: Person }) {
  const words = useWords();
  const mails = useTown((known) => known.mails[person.id]) ?? NONE;
  const language = useTown((known) => known.language);
  const draft = useTown((known) => known.draft);
  const [open, setOpen] = useState<string | null>(null);
  const [writing, setWriting] = useState<Answering | null>(null);
  const all = threads(mails);
  const thread = all.find((one) => one.id === open);
  const unread = thread?.mails.filter((mail) => mail.state === "new").map((mail) => mail.id).join(" ");

  useEffect(() => {
    unread?.split(" ").filter(Boolean).forEach((mail) => void send("POST", `mails/${mail}/reading`));
  }, [unread]);
  useEffect(() => {
    if (draft?.app === "mail") setWriting({});
  }, [draft]);

  if (!person.email) {
    return (
      <p className="empty">
        {person.name} {words.no_email}
      </p>
    );
  }
  if (writing) return <Letter person={person} answering={writing} close={() => setWriting(null)} />;
  if (thread) {
    return <Thread thread={thread} back={() => setOpen(null)} reply={(mail) => setWriting({ mail })} />;
  }
  return (
    <div className="mail">
      <header>
        <strong>{words.inbox}</strong>
        <small>{person.email}</small>
        <button type="button" className="round" aria-label={words.new_mail} onClick={() => setWriting({})}>
          <PenIcon />
        </button>
      </header>
      {all.length === 0 && <p className="empty">{words.mail_empty}</p>}
      <ul className="threads">
        {all.map((one) => {
          const last = one.mails.at(-1)!;
          return (
            <li key={one.id}>
              <button type="button" data-new={one.mails.some((mail) => mail.state === "new") || undefined} onClick={() => setOpen(one.id)}>
                <span>
                  {[...new Set(one.mails.map((mail) => (mail.mine ? words.me_short : mail.from.name || mail.from.address)))].join(", ")}
                  {one.mails.length > 1 && <small> {one.mails.length}</small>}
                </span>
                <time dateTime={last.at}>{time(last.at, language)}</time>
                <strong>{one.subject || words.no_subject}</strong>
                <span className="preview">{preview(last)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
