/** Everything that has a key. "mod" is Ctrl, on a Mac Command; those stay on when single keys are switched off. */
import { preferences, type Preferences } from "../preferences/preferences";

export const actions = {
  palette: "mod+k",
  next: "j",
  previous: "k",
  close: "e",
  snooze: "h",
  assign: "a",
  label: "l",
  priority: "p",
  reply: "r",
  note: "n",
  select: "x",
  search: "/",
  help: "?",
  send: "mod+enter",
} as const;

export type Action = keyof typeof actions;
export const actionNames = Object.keys(actions) as Action[];

/** These cannot be bound anew: they are what every application of the kind uses, and work while typing. */
export const fixed: ReadonlySet<Action> = new Set(["palette", "send"]);

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function bindingOf(action: Action, given: Preferences = preferences()): string {
  return (fixed.has(action) ? undefined : given.bindings[action]) ?? actions[action];
}

/** As written on a key cap: "Ctrl K", "J". */
export function shown(binding: string): string {
  return binding
    .split("+")
    .map((part) => (part === "mod" ? (mac ? "⌘" : "Ctrl") : part === "enter" ? "↵" : part.toUpperCase()))
    .join(" ");
}

export function keyOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

/** What a key press means now; nothing where it is typing, or single keys are off. */
export function meantBy(event: KeyboardEvent, given: Preferences = preferences()): Action | undefined {
  if (event.altKey || event.isComposing || event.defaultPrevented) return undefined;
  const pressed = keyOf(event);
  const single = !pressed.startsWith("mod+");
  if (single && (!given.shortcuts || isTyping(event.target))) return undefined;
  return actionNames.find((action) => bindingOf(action, given) === pressed);
}

/** Whether keys belong to what has the focus: a field, an open menu or dialog. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest("input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu], [role=listbox]") !== null
  );
}
