/** Everything the page knows, kept current by the simulator's socket. */
import { useSyncExternalStore } from "react";
import { at, get, send } from "./api";
import { first, type Language } from "./language";
import type { Bubble, Change, Mail, Town } from "./shapes";

/** "shop", "mail", or the name of a chat app. */
export type AppName = string;
export type Theme = "auto" | "light" | "dark";

export interface Known {
  town: Town | null;
  connected: boolean;
  me: string;
  app: AppName;
  language: Language;
  theme: Theme;
  bubbles: Record<string, Bubble[]>;
  mails: Record<string, Mail[]>;
  /** Until when, by person and app. */
  typing: Record<string, number>;
  /** Steps of the story done, by person. */
  done: Record<string, string[]>;
  /** Text the story has put into a composer. */
  draft: { app: AppName; text: string; subject?: string } | null;
}

const KEPT = "simulator:page";
const kept = (): Partial<Known> => {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Known>;
  } catch {
    return {};
  }
};

let known: Known = {
  town: null,
  connected: false,
  me: "dewi",
  app: "shop",
  language: first(),
  theme: "auto",
  bubbles: {},
  mails: {},
  typing: {},
  done: {},
  draft: null,
  ...kept(),
};
const listeners = new Set<() => void>();

export function change(part: Partial<Known>): void {
  known = { ...known, ...part };
  const { me, app, language, theme, done } = known;
  localStorage.setItem(KEPT, JSON.stringify({ me, app, language, theme, done }));
  document.documentElement.lang = language;
  document.documentElement.dataset["theme"] = theme;
  listeners.forEach((tell) => tell());
}

export function useTown<T>(pick: (known: Known) => T): T {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => pick(known),
  );
}

export const now = (): Known => known;

export const talk = (person: string, app: string): string => `${person} ${app}`;

export function be(person: string): void {
  change({ me: person, draft: null });
  void load(person).then(looked);
}

export function finish(step: string, person = known.me): void {
  const done = known.done[person] ?? [];
  if (!done.includes(step)) change({ done: { ...known.done, [person]: [...done, step] } });
}

export function begin(): void {
  change({});
  follow();
  window.addEventListener("message", (event: MessageEvent<{ simulator?: string; person?: string } | null>) => {
    if (event.origin !== location.origin || !event.data?.simulator) return;
    finish(event.data.simulator, event.data.person ?? known.me);
  });
}

async function load(person: string): Promise<void> {
  const [chats, mails] = await Promise.all([
    get<{ items: Bubble[] }>(`people/${person}/bubbles`),
    get<{ items: Mail[] }>(`people/${person}/mails`),
  ]);
  change({
    bubbles: { ...known.bubbles, [person]: chats.items },
    mails: { ...known.mails, [person]: mails.items },
  });
}

export async function reload(): Promise<void> {
  const town = await get<Town>("town");
  const there = town.people.some((person) => person.id === known.me);
  change({ town, me: there ? known.me : (town.people[0]?.id ?? "") });
  if (known.me) await load(known.me);
}

function follow(): void {
  const socket = new WebSocket(at("live").replace(/^http/, "ws"));
  socket.onopen = () => {
    change({ connected: true });
    void reload();
  };
  socket.onmessage = (event: MessageEvent<string>) => take(JSON.parse(event.data) as Change);
  socket.onclose = () => {
    change({ connected: false });
    setTimeout(follow, 1500);
  };
}

function put<T extends { id: string }>(list: T[] | undefined, item: T): T[] {
  const rest = list ?? [];
  const index = rest.findIndex((one) => one.id === item.id);
  return index < 0 ? [...rest, item] : rest.with(index, item);
}

function take(told: Change): void {
  switch (told.what) {
    case "bubble": {
      change({ bubbles: { ...known.bubbles, [told.person]: put(known.bubbles[told.person], told.bubble) } });
      if (told.bubble.mine) finish(told.bubble.app, told.person);
      else change({ typing: { ...known.typing, [talk(told.person, told.bubble.app)]: 0 } });
      if (told.bubble.state === "delivered") looked();
      break;
    }
    case "mail":
      change({ mails: { ...known.mails, [told.person]: put(known.mails[told.person], told.mail) } });
      if (told.mail.mine) finish("mail", told.person);
      break;
    case "typing":
      change({ typing: { ...known.typing, [talk(told.person, told.app)]: Date.now() + 25_000 } });
      break;
    case "faults":
      if (known.town) change({ town: { ...known.town, faults: told.faults } });
      break;
    default:
      void reload();
  }
}

/** The chat on the screen is read, as on any phone. */
export function looked(): void {
  const { app, me, bubbles } = known;
  const unread = bubbles[me]?.some((bubble) => bubble.app === app && !bubble.mine && bubble.state === "delivered");
  if (unread && document.visibilityState === "visible") {
    void send("POST", `people/${me}/chats/reading?app=${app}`);
  }
}
