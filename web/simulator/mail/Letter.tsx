import { useEffect, useState, type FormEvent } from "react";
import { send, upload } from "../api";
import { BackIcon, ClipIcon } from "../phone/icons";
import type { Mail, Person } from "../shapes";
import { change, now, useTown } from "../town";
import { useWords } from "../words";

export interface Answering {
  mail?: Mail;
}

export function Letter({ person, answering, close }: { person: Person; answering: Answering; close: () => void }) {
  const words = useWords();
  const office = useTown((known) => known.town?.office);
  const [draft] = useState(() => (now().draft?.app === "mail" ? now().draft : null));
  const [subject, setSubject] = useState(draft?.subject ?? "");
  const [text, setText] = useState(draft?.text ?? "");
  const [files, setFiles] = useState<{ id: string; name: string }[]>([]);
  const [forged, setForged] = useState(false);
  const mail = answering.mail;

  useEffect(() => {
    if (now().draft) change({ draft: null });
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send("POST", `people/${person.id}/mails`, {
      subject,
      text,
      answers: mail?.id,
      files: files.map((file) => file.id),
      forged,
    }).then(close);
  };
  const attach = async (chosen: File | undefined) => {
    if (!chosen) return;
    const kept = await upload(chosen, chosen.name);
    setFiles((before) => [...before, kept]);
  };
  return (
    <form className="mail compose" onSubmit={submit}>
      <header>
        <button type="button" className="round" aria-label={words.cancel} onClick={close}>
          <BackIcon />
        </button>
        <strong>{mail ? words.reply : words.new_mail}</strong>
        <label className="round" title={words.attach}>
          <ClipIcon />
          <span className="unseen">{words.attach}</span>
          <input type="file" className="unseen" onChange={(event) => void attach(event.target.files?.[0])} />
        </label>
        <button type="submit" className="solid" disabled={!text.trim()}>
          {words.send}
        </button>
      </header>
      <p className="line">
        {words.to} <span>{mail ? mail.from.address : office?.address}</span>
      </p>
      {mail ? (
        <p className="line">
          {words.subject} <span>{mail.subject.toLowerCase().startsWith("re:") ? mail.subject : `Re: ${mail.subject}`}</span>
        </p>
      ) : (
        <label className="line">
          {words.subject}
          <input value={subject} onChange={(event) => setSubject(event.target.value)} maxLength={200} />
        </label>
      )}
      <textarea value={text} aria-label={words.write} onChange={(event) => setText(event.target.value)} />
      {files.map((file) => (
        <p key={file.id} className="file">
          {file.name}
        </p>
      ))}
      <label className="toggle">
        <input type="checkbox" checked={forged} onChange={(event) => setForged(event.target.checked)} />
        {words.forged}
      </label>
    </form>
  );
}
