/** What a moment of the timeline is, in the reader's language. */
import type { TimelineItem } from "../../api/shapes";
import { textOf, type Key, type Translate } from "../i18n";

const of = (data: Record<string, unknown>, name: string) => (typeof data[name] === "string" ? data[name] : "");

export function wordsOf({ type, title, text, data }: TimelineItem, t: Translate): { title: string; text: string } {
  switch (type) {
    case "message":
    case "call":
      return { title: writerOf(data, title, t), text: text || textOf(t, "kind", of(data, "kind")) };
    case "conversation":
      return { title: t(of(data, "what") === "closed" ? "timeline.closed" : "timeline.opened"), text: title };
    case "identity":
      return { title: t("timeline.identity", { kind: textOf(t, "identity.kind", of(data, "kind")) }), text: title };
    case "merge": {
      const key: Key = of(data, "what") === "unmerged" ? "timeline.unmerged" : "timeline.merged";
      return { title: t(key, { name: title || t("customer.unnamed") }), text: textOf(t, "merge.because", text) };
    }
    case "consent":
      return { title: t("consent.title"), text: `${textOf(t, "consent.purpose", title)}: ${t(data["granted"] ? "consent.granted" : "consent.stopped")}` };
  }
}

function writerOf(data: Record<string, unknown>, subject: string, t: Translate): string {
  const author = data["author"] as { type: string; name: string } | undefined;
  const direction = of(data, "direction");
  const who =
    direction === "in" ? t("timeline.in") : direction === "note" ? t("composer.note") : author?.name || t("timeline.out");
  return subject && subject !== author?.name ? `${who}: ${subject}` : who;
}
