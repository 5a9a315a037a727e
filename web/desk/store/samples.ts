/** Rows for tests. */
import type { Conversation, Message } from "../../api/shapes";

export const at = (minute: number) => new Date(Date.UTC(2026, 10, 3, 8, minute)).toISOString();

export function conversation(id: string, change: Partial<Conversation> = {}): Conversation {
  return {
    id,
    customer: { id: `customer-${id}`, name: "Siti" },
    status: "open",
    assignee: null,
    priority: "none",
    labels: [],
    subject: "",
    opened_at: at(0),
    last_at: at(0),
    position: 1,
    unread: 0,
    last_message: null,
    connections: [],
    waiting_since: null,
    failed: false,
    snooze: null,
    closure: null,
    ...change,
  };
}

export function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id,
    conversation: "c",
    position: 1,
    direction: "in",
    kind: "text",
    text: id,
    html: null,
    quoted: null,
    subject: "",
    attachments: [],
    connection: { id: "w", channel: "chat", name: "Chat" },
    author: { type: "customer", id: "siti", name: "Siti" },
    identity: null,
    status: null,
    failure: null,
    received_at: at(0),
    at: at(0),
    reply_to: null,
    reactions: [],
    edits: [],
    edited_at: null,
    deleted_at: null,
    client_id: null,
    warnings: [],
    extra: {},
    ...change,
  };
}
