/** Which conversations a list shows, and in what order: said to the server as a query, decided here for live changes. */
import type { Query } from "../../api/http";
import type { Conversation, Priority, Status } from "../../api/shapes";

export const viewNames = ["mine", "unassigned", "open", "snoozed", "closed"] as const;
export type ViewName = (typeof viewNames)[number];

export interface View {
  name: ViewName;
  q?: string | undefined;
  label?: string | undefined;
  connection?: string | undefined;
  priority?: Priority | undefined;
}

const statusOf: Record<ViewName, Status> = {
  mine: "open",
  unassigned: "open",
  open: "open",
  snoozed: "snoozed",
  closed: "closed",
};

/** Whether a list holds conversations of any status, so that each has to say its own. */
export function mixesStatuses({ q }: View): boolean {
  // A search looks through all of history: what is searched for is often closed.
  return Boolean(q);
}

export function queryOf(view: View): Query {
  const { name, q, label, connection, priority } = view;
  return {
    status: mixesStatuses(view) ? "all" : statusOf[name],
    assignee: q ? undefined : name === "mine" ? "me" : name === "unassigned" ? "none" : undefined,
    q,
    label,
    connection,
    priority,
  };
}

export function keyOf(view: View): string {
  return JSON.stringify(queryOf(view));
}

/** Whether a conversation belongs in the list as it is now. A search is the server's to decide. */
export function shows(view: View, conversation: Conversation, me: string): boolean {
  if (view.q) return false;
  if (conversation.status !== statusOf[view.name]) return false;
  if (view.name === "mine" && conversation.assignee?.id !== me) return false;
  if (view.name === "unassigned" && conversation.assignee) return false;
  if (view.label && !conversation.labels.includes(view.label)) return false;
  if (view.priority && conversation.priority !== view.priority) return false;
  if (view.connection && !conversation.connections.some(({ id }) => id === view.connection)) return false;
  return true;
}

/** Newest first; the id decides between equals, as the server's pages do. */
export function newestFirst(a: Conversation, b: Conversation): number {
  if (a.last_at !== b.last_at) return a.last_at < b.last_at ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
