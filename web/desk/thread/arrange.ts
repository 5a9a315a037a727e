/** Lays a thread out: days, what happened, messages, and where a speaker or a channel changes. */
import type { Message, TimelineItem } from "../../api/shapes";

export type Line =
  | { type: "day"; key: string; at: string }
  | { type: "happening"; key: string; item: TimelineItem }
  | {
      type: "message";
      key: string;
      id: string;
      /** The first of a run by one author on one connection. */
      opens: boolean;
      /** Its connection differs from that of the message before: said above it. */
      via: boolean;
      /** The last of its run: says when. */
      ends: boolean;
    };

/** A pause longer than this (ms) begins a new run. */
const PAUSE = 5 * 60_000;

export function arrange(messages: readonly Message[], happenings: readonly TimelineItem[], moreAbove: boolean): Line[] {
  const oldest = messages[0]?.at ?? "";
  const rest = happenings
    .filter(({ at }) => !moreAbove || at >= oldest)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const lines: Line[] = [];
  let day = "";
  let before: Message | undefined;
  let connection: string | undefined;

  const dated = (at: string) => {
    const next = new Date(at).toDateString();
    if (next === day) return;
    day = next;
    before = undefined;
    lines.push({ type: "day", key: `day ${next} ${lines.length}`, at });
  };
  const happened = (until: string) => {
    while (rest.length && rest[0]!.at <= until) {
      const item = rest.shift()!;
      dated(item.at);
      before = undefined;
      lines.push({ type: "happening", key: `${item.type} ${item.at} ${lines.length}`, item });
    }
  };

  for (const message of messages) {
    happened(message.at);
    dated(message.at);
    const via = message.connection !== null && message.connection.id !== connection;
    const opens = via || !before || !runsOn(before, message);
    const above = lines.at(-1);
    if (!opens && above?.type === "message") above.ends = false;
    lines.push({ type: "message", key: message.client_id ?? message.id, id: message.id, opens, via, ends: true });
    before = message;
    connection = message.connection?.id ?? connection;
  }
  happened("\uffff");
  return lines;
}

function runsOn(a: Message, b: Message): boolean {
  return (
    a.direction === b.direction &&
    a.author.id === b.author.id &&
    a.author.type === b.author.type &&
    Date.parse(b.at) - Date.parse(a.at) < PAUSE
  );
}
