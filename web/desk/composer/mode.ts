/** Reply or note, per conversation, for as long as the page lives: it stays after sending. */
import type { Mode } from "../../api/shapes";

const modes = new Map<string, Mode>();

export function keptMode(conversation: string): Mode {
  return modes.get(conversation) ?? "reply";
}

export function keepMode(conversation: string, mode: Mode) {
  modes.set(conversation, mode);
}
