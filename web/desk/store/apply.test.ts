import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Conversation, Message } from "../../api/shapes";
import { apply, type Applied } from "./apply";
import { Flush } from "./flush";
import { Lists } from "./lists";
import { Presence } from "./presence";
import { at, conversation, message } from "./samples";
import { Table } from "./table";
import { Threads } from "./threads";

describe("what happens", () => {
  let to: Applied;
  let looking: string | undefined;
  beforeEach(() => {
    looking = undefined;
    const flush = new Flush();
    const conversations = new Table<Conversation>(flush);
    to = {
      conversations,
      lists: new Lists(flush, conversations, () => Promise.resolve({ items: [], next: null })),
      threads: new Threads(flush, new Table<Message>(flush), () => Promise.resolve({ items: [], next: null })),
      presence: new Presence(flush),
      looking: () => looking,
      seen: vi.fn(),
      fetch: vi.fn(),
      outdated: vi.fn(),
      arrived: vi.fn(),
    };
    conversations.put(conversation("c", { position: 5, unread: 1 }));
  });

  const received = (position: number) => {
    const { unread: _, ...row } = conversation("c", { position, last_at: at(position) });
    return { type: "MessageReceived", position: 100 + position, data: { message: message(`m${position}`, { position }), conversation: row } };
  };

  it("counts a customer's message as unread, once", () => {
    apply(received(6), to);
    expect(to.conversations.get("c")?.unread).toBe(2);
    apply(received(6), to);
    expect(to.conversations.get("c")?.unread).toBe(2);
  });

  it("keeps the count when a colleague answers", () => {
    const { unread: _, ...row } = conversation("c", { position: 6 });
    apply({ type: "MessageQueued", position: 7, data: { message: message("out", { direction: "out", position: 6 }), conversation: row } }, to);
    expect(to.conversations.get("c")?.unread).toBe(1);
    expect(to.arrived).not.toHaveBeenCalled();
  });

  it("counts nothing in the conversation that is being read, and tells the server", () => {
    looking = "c";
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    apply(received(6), to);
    expect(to.conversations.get("c")?.unread).toBe(0);
    expect(to.seen).toHaveBeenCalledWith("c");
  });

  it("asks for a conversation it has never seen", () => {
    const { unread: _, ...row } = conversation("new");
    apply({ type: "ConversationOpened", position: 8, data: { conversation: row } }, to);
    expect(to.fetch).toHaveBeenCalledWith("new");
  });

  it("shows who types until they stop, or their message is there", () => {
    const by = { type: "customer" as const, id: "siti", name: "Siti" };
    apply({ type: "typing", data: { conversation: "c", by, on: true } }, to);
    expect(to.presence.typingIn("c").get()).toHaveLength(1);
    apply(received(6), to);
    expect(to.presence.typingIn("c").get()).toHaveLength(0);
  });

  it("shows who is looking", () => {
    apply({ type: "viewing", data: { conversation: "c", users: [{ id: "budi", name: "Budi" }] } }, to);
    expect(to.presence.viewersOf("c").get()).toEqual([{ id: "budi", name: "Budi" }]);
  });

  it("gives a stranger who said who they are their name", () => {
    const { customer } = conversation("c");
    apply({ type: "CustomerChanged", position: 9, data: { customer: { id: customer.id, name: "Kartika" } } }, to);
    expect(to.conversations.get("c")?.customer.name).toBe("Kartika");
  });

  it("says which customer to read again", () => {
    apply({ type: "IdentityAdded", position: 9, data: { customer: { id: "siti", name: "Siti" } } }, to);
    expect(to.outdated).toHaveBeenCalledWith("customer", "siti");
  });
});
