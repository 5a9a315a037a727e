/** What each thing that happens changes on the screen. The only place that reads events. */
import type { LiveFrame } from "../../api/live";
import type { Author, Conversation, Message, Mode, Ref } from "../../api/shapes";
import type { Lists } from "./lists";
import type { Presence } from "./presence";
import type { Table } from "./table";
import type { Threads } from "./threads";

export interface Applied {
  conversations: Table<Conversation>;
  lists: Lists;
  threads: Threads;
  presence: Presence;
  /** The conversation that is open before the agent's eyes. */
  looking(): string | undefined;
  /** What came was seen as it came: tell the server. */
  seen(conversation: string): void;
  /** Fetch a conversation whose unread count is not known here. */
  fetch(conversation: string): void;
  /** Something that is not held here changed: who holds it reads it again. */
  outdated(what: Outdated, id?: string): void;
  arrived(message: Message, conversation: Conversation | undefined): void;
}

export type Outdated = "connections" | "users" | "customer" | "history" | "reach" | "labels" | "counts";

interface Data {
  message?: Message;
  conversation?: Omit<Conversation, "unread"> | string;
  customer?: Ref;
  survivor?: string;
  absorbed?: string;
  by?: Author;
  users?: (Ref & { status: string })[];
  on?: boolean;
  mode?: Mode;
}

export function apply(frame: LiveFrame, to: Applied) {
  const data = (frame.data ?? {}) as Data;
  switch (frame.type) {
    case "typing":
      if (typeof data.conversation === "string" && data.by)
        to.presence.sawTyping(data.conversation, data.by, data.on ?? false, data.mode);
      return;
    case "viewing":
      if (typeof data.conversation === "string") to.presence.sawViewers(data.conversation, data.users ?? []);
      return;
    case "presence":
      to.presence.sawPresence(data.users ?? []);
      return;
  }
  const { type } = frame;
  if (type.startsWith("Connection") || type === "ProviderNoticed") to.outdated("connections");
  else if (type.startsWith("User")) to.outdated("users");
  else if (/^(Customer|Identity|Suggestion|Consent)/.test(type)) applyCustomer(type, data, to);
  else if (data.conversation && typeof data.conversation === "object") applyConversation(type, data, data.conversation, to);
}

function applyCustomer(type: string, data: Data, to: Applied) {
  to.outdated("customer", data.customer?.id);
  to.outdated("history", data.customer?.id);
  if (type === "CustomerChanged" && data.customer) renamed(data.customer, to);
  if (type === "CustomersMerged" || type === "CustomersUnmerged") {
    // Conversations change hands: read again what is on the screen.
    void to.lists.reload();
    const looking = to.looking();
    if (looking) to.fetch(looking);
  }
}

/** A stranger who said who they are has the name at once wherever they are shown. */
function renamed({ id, name }: Ref, to: Applied) {
  for (const row of to.conversations.all()) {
    if (row.customer.id !== id || row.customer.name === name) continue;
    to.conversations.patch(row.id, { customer: { id, name } });
    if (row.id === to.looking()) void to.threads.reload(row.id);
  }
}

const ADDS_TO_HISTORY = new Set(["MessageQueued", "MessageImported", "NoteAdded", "CallProgressed"]);

function applyConversation(type: string, data: Data, given: Omit<Conversation, "unread">, to: Applied) {
  const before = to.conversations.get(given.id);
  const message = data.message;
  const received = type === "MessageReceived" && message?.direction === "in";
  const unread = (before?.unread ?? 0) + (received && isNew(message, before) ? 1 : 0);
  const seen = to.looking() === given.id && isSeen();
  const conversation = to.conversations.put({ ...given, unread: seen ? 0 : unread });
  if (seen && unread) to.seen(given.id);
  to.lists.touch(given.id);
  if (!before) to.fetch(given.id);
  if (message) {
    to.threads.upsert(message);
    if (message.direction === "in" && message.author.id)
      to.presence.sawTyping(message.conversation, message.author, false);
  }
  if (/^Conversation(sMerged|sSplit|Moved)$/.test(type)) void to.threads.reload(given.id);
  if (received) to.arrived(message, conversation);
  if (received) to.outdated("reach", given.id);
  if (type === "ConversationLabelled") to.outdated("labels");
  const changed = type.startsWith("Conversation");
  if (received || changed) to.outdated("counts");
  if (changed) to.outdated("customer", given.customer.id);
  if (received || changed || ADDS_TO_HISTORY.has(type)) to.outdated("history", given.customer.id);
}

/** An event may come twice, and a list read meanwhile may already count the message. */
function isNew(message: Message, before: Conversation | undefined): boolean {
  return !before || message.position > before.position;
}

function isSeen(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
