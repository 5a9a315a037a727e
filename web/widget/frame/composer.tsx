import { useEffect, useRef, useState } from "preact/hooks";
import { Clip, Close, Send } from "./icons";
import type { FileRef } from "./protocol";
import { upload, type Trouble } from "./upload";
import { size, useWords } from "./words";

interface Props {
  base: string;
  token(): string;
  online: boolean;
  open: boolean;
  write(text: string, files: FileRef[]): void;
  typing(on: boolean): void;
}

interface Chosen {
  key: number;
  file: File;
  share: number;
  ref?: FileRef;
  trouble?: Trouble;
  cancel(): void;
}

const LONGEST = 10_000;
const MOST = 10;
let keys = 0;

export function Composer({ base, token, online, open, write, typing }: Props) {
  const words = useWords();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (open) area.current?.focus({ preventScroll: true });
  }, [open]);

  useEffect(() => {
    const at = area.current;
    if (!at) return;
    at.style.height = "auto";
    at.style.height = `${Math.min(at.scrollHeight, 132)}px`;
  }, [text]);

  const update = (key: number, change: Partial<Chosen>) => setChosen((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));

  const add = (files: Iterable<File>) => {
    for (const file of [...files].slice(0, MOST - chosen.length)) {
      const key = ++keys;
      const { done, cancel } = upload(base, token(), file, (share) => update(key, { share }));
      setChosen((all) => [...all, { key, file, share: 0, cancel }]);
      done.then(
        (ref) => update(key, { ref: { ...ref, url: URL.createObjectURL(file) }, share: 1 }),
        (trouble: Trouble) => update(key, { trouble }),
      );
    }
    area.current?.focus();
  };

  const drop = (one: Chosen) => {
    one.cancel();
    setChosen((all) => all.filter((other) => other.key !== one.key));
  };

  const files = chosen.flatMap((one) => one.ref ?? []);
  const busy = chosen.some((one) => !one.ref && !one.trouble);
  const ready = !busy && (text.trim() !== "" || files.length > 0);

  const submit = () => {
    if (!ready) return;
    write(text.trim(), files);
    typing(false);
    setText("");
    setChosen([]);
    area.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (event.dataTransfer) add(event.dataTransfer.files);
      }}
    >
      {chosen.length > 0 && (
        <ul class="chosen">
          {chosen.map((one) => (
            <li key={one.key} class={one.trouble ? "bad" : ""}>
              <span class="name">{one.file.name}</span>
              {one.trouble ? (
                <span role="alert">{words[one.trouble]}</span>
              ) : one.ref ? (
                <small>{size(one.file.size, words.locale)}</small>
              ) : (
                <progress max={1} value={one.share} aria-label={`${words.uploading} ${one.file.name}`} />
              )}
              <button type="button" class="icon small" aria-label={`${words.remove} ${one.file.name}`} onClick={() => drop(one)}>
                <Close />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="line">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            add(event.currentTarget.files ?? []);
            event.currentTarget.value = "";
          }}
        />
        <button type="button" class="icon" aria-label={words.attach} disabled={!online || chosen.length >= MOST} onClick={() => picker.current?.click()}>
          <Clip />
        </button>
        <textarea
          ref={area}
          rows={1}
          value={text}
          maxLength={LONGEST}
          placeholder={words.write}
          aria-label={words.write}
          onInput={(event) => {
            setText(event.currentTarget.value);
            typing(event.currentTarget.value !== "");
          }}
          onBlur={() => typing(false)}
          onPaste={(event) => {
            const pasted = event.clipboardData?.files;
            if (!pasted?.length) return;
            event.preventDefault();
            add(pasted);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="icon go" aria-label={words.send} disabled={!ready}>
          <Send />
        </button>
      </div>
    </form>
  );
}
