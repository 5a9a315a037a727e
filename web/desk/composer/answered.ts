import { useEffect, useRef, useState } from "react";
import { messages, threads } from "../store";
import { useCell } from "../store/hooks";

/**
 * Whether a colleague answered the customer while this agent was writing. Counts from the first word; what was there
 * before is no surprise.
 */
export function useAnswered(conversation: string, me: string, writing: boolean) {
  const { ids, phase } = useCell(threads.of(conversation));
  const last = ids.at(-1);
  const since = useRef<string | undefined>(undefined);
  const [by, setBy] = useState<string>();
  const [warned, setWarned] = useState(false);

  useEffect(() => {
    if (phase !== "ready") return;
    if (!writing || since.current === undefined) {
      since.current = last ?? "";
      return;
    }
    const fresh = ids.slice(ids.indexOf(since.current) + 1);
    since.current = last ?? "";
    for (const id of fresh) {
      const message = messages.get(id);
      if (message?.direction === "out" && message.author.id !== me && !message.id.startsWith("local:"))
        setBy(message.author.name);
    }
  }, [ids, last, phase, writing, me]);

  const forget = () => {
    setBy(undefined);
    setWarned(false);
  };
  return { by, warned, warn: () => setWarned(true), forget };
}
