import type { Bubble } from "../shapes";
import type { useWords } from "../words";

type Words = ReturnType<typeof useWords>;

/** A message in one line, for a quote above an answer. */
export function excerpt(bubble: Bubble, words: Words): string {
  const { content, kind } = bubble;
  if (bubble.revoked) return words.deleted;
  if (kind === "text") return content.body ?? "";
  if (kind === "template") return typeof content.body === "string" ? content.body : "";
  if (kind === "interactive") {
    return content.button_reply?.title ?? content.list_reply?.title ?? text(content.body) ?? words.unsupported;
  }
  if (kind === "button") return content.text ?? "";
  if (kind === "location") return `📍 ${content.name ?? words.place}`;
  if (kind === "document") return `📄 ${content.filename ?? words.document}`;
  if (kind === "audio" || kind === "voice") return `🎙 ${words.voice}`;
  return content.caption ?? `🖼 ${words.photo}`;
}

/** The body of an interactive message is an object, of all others a string. */
export function text(body: unknown): string | undefined {
  if (typeof body === "string") return body;
  const inner = (body as { text?: unknown } | undefined)?.text;
  return typeof inner === "string" ? inner : undefined;
}
