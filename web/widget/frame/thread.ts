import type { Message, Status } from "./protocol";

const LADDER: Status[] = ["queued", "sent", "delivered", "read"];

/** A status never goes back; `failed` is possible only before delivery. */
export function higher(had: Status, told: Status): Status {
  if (told === "failed") return had === "delivered" || had === "read" ? had : told;
  if (had === "failed") return had;
  return LADDER.indexOf(told) > LADDER.indexOf(had) ? told : had;
}

const same = (a: Message, b: Message) => (a.id !== undefined && a.id === b.id) || (a.cid != null && a.cid === b.cid);

/** The thread with what the server tells of put in place; what is still on its way stays last. */
export function merge(thread: Message[], told: Message[]): Message[] {
  const merged = [...thread];
  for (const message of told) {
    const at = merged.findIndex((one) => same(one, message));
    const had = merged[at];
    if (!had) merged.push(message);
    else merged[at] = { ...had, ...message, status: had.status === "failed" ? message.status : higher(had.status, message.status) };
  }
  const place = (message: Message) => message.order || Number.MAX_SAFE_INTEGER;
  return merged.sort((a, b) => place(a) - place(b));
}

/** How many of theirs came after the last one seen. */
export function unread(thread: Message[], seen: number): number {
  return thread.filter((message) => message.from === "us" && message.order > seen && !message.deleted).length;
}

export function lastOfTheirs(thread: Message[]): Message | undefined {
  return thread.findLast((message) => message.from === "us" && message.id !== undefined);
}
