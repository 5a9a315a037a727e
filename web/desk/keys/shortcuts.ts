import { useEffect, useRef } from "react";
import { usePreferences } from "../preferences/preferences";
import { bindingOf, meantBy, shown, type Action } from "./actions";

type Handler = () => void;

/** Who answers an action now; the pane that came last goes first. */
const handlers = new Map<Action, Handler[]>();

window.addEventListener("keydown", (event) => {
  const action = meantBy(event);
  const handler = action && handlers.get(action)?.at(-1);
  if (!handler) return;
  event.preventDefault();
  handler();
});

export function useShortcut(action: Action, handler: Handler, enabled = true) {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    if (!enabled) return;
    const mine = () => latest.current();
    handlers.set(action, [...(handlers.get(action) ?? []), mine]);
    return () => {
      handlers.set(action, (handlers.get(action) ?? []).filter((other) => other !== mine));
    };
  }, [action, enabled]);
}

const touch = matchMedia("(pointer: coarse)").matches;

/** The key cap of an action, or nothing while single keys are off, or where there are no keys. */
export function useKeyCap(action: Action): string | undefined {
  const given = usePreferences();
  const binding = bindingOf(action, given);
  if (touch) return undefined;
  return given.shortcuts || binding.startsWith("mod+") ? shown(binding) : undefined;
}
