import { useId, useState, type KeyboardEvent, type RefObject } from "react";
import type { User } from "../../api/shapes";
import { useUsers } from "../shell/channels";
import { complete, matching, mentioned, nameBefore } from "./mentions";

/** `@` in a note: whom to offer, and what the keys do meanwhile. */
export function useMentions(on: boolean, text: string, box: RefObject<HTMLTextAreaElement | null>, write: (text: string) => void) {
  const users = useUsers();
  const id = useId();
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [closedAt, setClosedAt] = useState<number>();
  const begun = on && closedAt !== caret ? nameBefore(text, caret) : undefined;
  const offered = begun === undefined ? [] : matching(users, begun);
  const index = Math.min(at, offered.length - 1);

  function pick(user: User) {
    const done = complete(text, caret, begun ?? "", user.name);
    write(done.text);
    setAt(0);
    setCaret(done.caret);
    requestAnimationFrame(() => box.current?.setSelectionRange(done.caret, done.caret));
  }

  /** Whether the key was for the list. */
  function took(event: KeyboardEvent): boolean {
    if (!offered.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((index + step + offered.length) % offered.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) pick(offered[index]!);
    else if (event.key === "Escape") setClosedAt(caret);
    else return false;
    event.preventDefault();
    return true;
  }

  return { id, offered, index, pick, took, moved: setCaret, named: () => mentioned(users, text) };
}
