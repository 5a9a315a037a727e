import { useEffect, useRef, useState, type FormEvent } from "react";
import { send, upload } from "../api";
import { ClipIcon, MicrophoneIcon, SendIcon, StopIcon } from "../phone/icons";
import type { Bubble, ChatSheet, Person } from "../shapes";
import { change, now, useTown } from "../town";
import { useWords } from "../words";
import { excerpt } from "./excerpt";
import { samplePhoto } from "./sample";
import { useRecorder } from "./recorder";

export function Composer({
  app,
  person,
  quoting,
  editing,
  done,
}: {
  app: ChatSheet;
  person: Person;
  quoting: Bubble | null;
  editing: Bubble | null;
  done: () => void;
}) {
  const words = useWords();
  const [text, setText] = useState("");
  const [refused, setRefused] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const menu = useRef<HTMLDetailsElement>(null);
  const draft = useTown((known) => known.draft);
  const recorder = useRecorder((voice) => void file(voice, "voice", "suara.ogg"));

  useEffect(() => {
    if (draft?.app !== app.name) return;
    setText(draft.text);
    change({ draft: null });
    field.current?.focus();
  }, [draft, app.name]);
  useEffect(() => {
    if (editing) setText(editing.content.body ?? "");
    if (editing || quoting) field.current?.focus();
  }, [editing, quoting]);

  const write = (body: Record<string, unknown>) => send("POST", `people/${person.id}/chats`, { app: app.name, ...body });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const body = text.trim();
    if (!body) return;
    if (editing) void send("PATCH", `bubbles/${encodeURIComponent(editing.id)}`, { text: body });
    else void write({ text: body, quotes: quoting?.id ?? "" });
    setText("");
    done();
  };
  const file = async (blob: Blob, kind: string, name: string) => {
    if (menu.current) menu.current.open = false;
    const kept = await upload(blob, name);
    await write({ kind, file: kept.id, caption: kind === "voice" ? "" : text.trim() });
    if (kind !== "voice") setText("");
  };
  const picked = (chosen: File | undefined) => {
    const kind = ["image", "video", "audio"].find((one) => chosen?.type.startsWith(`${one}/`) && sends(one)) ?? "document";
    if (chosen) void file(chosen, kind, chosen.name);
  };
  const place = () => {
    if (menu.current) menu.current.open = false;
    const content = { latitude: -7.7926, longitude: 110.3658, name: "Jl. Malioboro", address: "Yogyakarta" };
    void write({ kind: "location", content });
  };

  const contact = () => {
    if (menu.current) menu.current.open = false;
    const contacts = [{ name: { formatted_name: person.name }, phones: [{ phone: `+${person.phone}` }] }];
    void write({ kind: "contacts", content: { contacts } });
  };
  const sends = (kind: string) => app.kinds.includes(kind);
  const attaches = ["image", "video", "audio", "document"].some(sends);

  return (
    <form className="composer" onSubmit={submit}>
      {(quoting ?? editing) && (
        <p className="about">
          <span>{excerpt((quoting ?? editing)!, words)}</span>
          <button type="button" aria-label={words.cancel_reply} onClick={() => (done(), editing && setText(""))}>
            ×
          </button>
        </p>
      )}
      {refused && <p className="about">{refused}</p>}
      <details className="attach" ref={menu} hidden={!attaches && !sends("location") && !sends("contacts")}>
        <summary aria-label={words.attach}>
          <ClipIcon />
        </summary>
        <div>
          {attaches && (
            <label>
              {words.photo} / {words.document}
              <input type="file" onChange={(event) => picked(event.target.files?.[0])} />
            </label>
          )}
          {sends("image") && (
            <button type="button" onClick={() => void samplePhoto().then((photo) => file(photo, "image", "batik.jpg"))}>
              {words.sample_photo}
            </button>
          )}
          {sends("location") && (
            <button type="button" onClick={place}>
              {words.place}
            </button>
          )}
          {sends("contacts") && person.phone && (
            <button type="button" onClick={contact}>
              {words.contact}
            </button>
          )}
        </div>
      </details>
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={words.write}
        placeholder={words.write}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
        }}
      />
      {text.trim() || !sends("voice") ? (
        <button type="submit" className="round" aria-label={editing ? words.save : words.send}>
          <SendIcon />
        </button>
      ) : (
        <button
          type="button"
          className="round"
          aria-label={recorder.on ? words.stop : words.record}
          aria-pressed={recorder.on}
          onClick={() => {
            setRefused("");
            recorder.toggle().catch(() => setRefused(words.no_microphone));
          }}
        >
          {recorder.on ? <StopIcon /> : <MicrophoneIcon />}
        </button>
      )}
      <span className="unseen" role="status">
        {now().connected ? "" : words.offline}
      </span>
    </form>
  );
}
