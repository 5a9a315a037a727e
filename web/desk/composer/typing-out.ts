import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Mode } from "../../api/shapes";
import { live } from "../store";

/** Said again while it goes on, at most this often (ms). */
const AGAIN = 3_000;
/** A pause after which nobody is typing any more (ms). */
const IDLE = 5_000;

/** Tells colleagues, and where the channel can the customer, that this agent is typing. */
export function useTypingOut(conversation: string, mode: Mode) {
  const said = useRef(0);
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined);

  const stop = useCallback(() => {
    clearTimeout(idle.current);
    if (!said.current) return;
    said.current = 0;
    live.send({ type: "typing", conversation, on: false, mode });
  }, [conversation, mode]);

  const typed = useCallback(() => {
    clearTimeout(idle.current);
    idle.current = setTimeout(stop, IDLE);
    const now = Date.now();
    if (now - said.current < AGAIN) return;
    said.current = now;
    live.send({ type: "typing", conversation, on: true, mode });
  }, [conversation, mode, stop]);

  useEffect(() => stop, [stop]);
  return useMemo(() => ({ typed, stop }), [typed, stop]);
}
