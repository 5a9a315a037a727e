/** Colleagues named in a note by `@Name`. */
import type { User } from "../../api/shapes";

/** The name being typed after an `@` just before the caret; undefined when none is. */
export function nameBefore(text: string, caret: number): string | undefined {
  return /(?:^|\s)@([\p{L}][\p{L} ]{0,30}|)$/u.exec(text.slice(0, caret))?.[1];
}

export function matching(users: readonly User[], begun: string): User[] {
  const words = begun.toLocaleLowerCase();
  return users.filter(({ name, status }) => status === "active" && name.toLocaleLowerCase().startsWith(words)).slice(0, 5);
}

/** The text with the begun name completed, and where the caret goes. */
export function complete(text: string, caret: number, begun: string, name: string): { text: string; caret: number } {
  const head = `${text.slice(0, caret - begun.length)}${name} `;
  return { text: head + text.slice(caret).replace(/^ /, ""), caret: head.length };
}

/** Ids of those whose whole name stands after an `@`. */
export function mentioned(users: readonly User[], text: string): string[] {
  return users.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
}
