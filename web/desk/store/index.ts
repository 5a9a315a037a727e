/** The desk's data, put together: what is held here is fed by the live socket, the rest is asked for when needed. */
import { QueryClient } from "@tanstack/react-query";
import * as api from "../../api/desk";
import { Live, type LiveState } from "../../api/live";
import { urlOf } from "../../api/http";
import { Problem } from "../../api/problem";
import type { Conversation, Message } from "../../api/shapes";
import { apply, type Applied, type Outdated } from "./apply";
import { Cell } from "./cell";
import { Drafts } from "./drafts";
import { Flush } from "./flush";
import { Lists } from "./lists";
import { Outbox } from "./outbox";
import { Presence } from "./presence";
import { Table } from "./table";
import { Threads } from "./threads";

export const flush = new Flush();
export const conversations = new Table<Conversation>(flush);
export const messages = new Table<Message>(flush);

/** Lists are read once the socket listens, so that nothing falls between the two; without a socket, a little later. */
let greeted: () => void = () => undefined;
const listening = new Promise<void>((resolve) => (greeted = resolve));
const SOCKET_PATIENCE = 1_500;

export const lists = new Lists(flush, conversations, (query) => listening.then(() => api.conversations.list(query)));
export const threads = new Threads(flush, messages, (id, cursor) =>
  listening.then(() => api.conversations.messages(id, cursor)),
);
export const outbox = new Outbox(threads, api.conversations.write, () => flush.now());
export const drafts = new Drafts(flush, api.conversations);
export const presence = new Presence(flush);
export const liveState = new Cell<LiveState>("connecting", flush);
/** The conversation before the agent's eyes. */
export const looking = new Cell<string | undefined>(undefined, flush);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});

type Arrival = (message: Message, conversation: Conversation | undefined) => void;
const arrivals = new Set<Arrival>();

/** Told of every message that a customer sends. */
export function onArrival(handler: Arrival): () => void {
  arrivals.add(handler);
  return () => arrivals.delete(handler);
}

/** Puts what the server answered to a change in its place at once. */
export function took(conversation: Conversation): Conversation {
  const unread = conversations.get(conversation.id)?.unread ?? conversation.unread ?? 0;
  const row = conversations.put({ ...conversation, unread });
  lists.touch(conversation.id);
  flush.now();
  return row;
}

export async function fetchConversation(id: string): Promise<Conversation> {
  const row = conversations.put(await api.conversations.get(id));
  lists.touch(row.id);
  flush.soon();
  return row;
}

const asked = new Set<string>();
const soon = new Map<string, ReturnType<typeof setTimeout>>();

/** Queries are read again at most once a second, however fast events come. */
function outdated(what: Outdated, id?: string) {
  const key = `${what} ${id ?? ""}`;
  if (soon.has(key)) return;
  soon.set(
    key,
    setTimeout(() => {
      soon.delete(key);
      void queries.invalidateQueries({ queryKey: id ? [what, id] : [what] });
    }, 1_000),
  );
}

/** Tells the server up to where a conversation was read; says nothing when it fails, the next look tries again. */
export async function read(id: string) {
  const row = conversations.get(id);
  if (!row) return;
  try {
    await api.conversations.read(id, row.position);
    outdated("counts");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

const seen = new Set<string>();
/** Milliseconds in which messages that are seen as they come are told of together. */
const TOGETHER = 500;

const applied: Applied = {
  conversations,
  lists,
  threads,
  presence,
  looking: looking.get,
  seen(id) {
    if (seen.has(id)) return;
    seen.add(id);
    setTimeout(() => {
      seen.delete(id);
      void read(id);
    }, TOGETHER);
  },
  fetch(id) {
    if (asked.has(id)) return;
    asked.add(id);
    void fetchConversation(id).finally(() => asked.delete(id));
  },
  outdated,
  arrived(message, conversation) {
    for (const handler of arrivals) handler(message, conversation);
  },
};

let signedOut: () => void = () => undefined;

export const live = new Live({
  url: (after) => urlOf("/live", { after }).replace(/^/, location.origin.replace(/^http/, "ws")),
  open: (url) => new WebSocket(url),
  onState: (state) => {
    liveState.set(state);
    flush.now();
  },
  onRefused: () => signedOut(),
  onFrame(frame) {
    if (frame.type === "hello") greet();
    else if (frame.type === "behind") live.again();
    else apply(frame, applied);
  },
});

function greet() {
  greeted();
  void outbox.resend();
  live.send({ type: "presence", status: document.visibilityState === "visible" ? "online" : "away" });
  const open = looking.get();
  if (open) live.send({ type: "viewing", conversation: open });
}

export function start(me: string, onSignedOut: () => void) {
  lists.me = me;
  signedOut = onSignedOut;
  live.start();
  setTimeout(greeted, SOCKET_PATIENCE);
}

export function look(conversation: string | undefined) {
  if (looking.get() === conversation) return;
  looking.set(conversation);
  live.send({ type: "viewing", conversation: conversation ?? null });
}

window.addEventListener("online", () => live.wake());
window.addEventListener("pagehide", () => void drafts.settle());
document.addEventListener("visibilitychange", () => {
  const visible = document.visibilityState === "visible";
  live.send({ type: "presence", status: visible ? "online" : "away" });
  if (visible) live.wake();
  else void drafts.settle();
});
