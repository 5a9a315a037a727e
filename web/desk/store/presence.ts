/** Who is looking and who is typing: of the moment, never replayed. */
import type { Author, Mode, Ref } from "../../api/shapes";
import { Cell } from "./cell";
import type { Flush } from "./flush";

export interface Typing {
  by: Author;
  mode: Mode | undefined;
}

/** Typing that is not said again ends by itself. */
export const TYPING_LASTS = 7_000;

export class Presence {
  private readonly viewers = new Map<string, Cell<readonly Ref[]>>();
  private readonly typing = new Map<string, Cell<readonly Typing[]>>();
  private readonly ends = new Map<string, ReturnType<typeof setTimeout>>();
  readonly online: Cell<ReadonlyMap<string, string>>;

  constructor(private readonly flush: Flush) {
    this.online = new Cell<ReadonlyMap<string, string>>(new Map(), flush);
  }

  viewersOf(conversation: string): Cell<readonly Ref[]> {
    return cellOf(this.viewers, conversation, this.flush);
  }

  typingIn(conversation: string): Cell<readonly Typing[]> {
    return cellOf(this.typing, conversation, this.flush);
  }

  sawViewers(conversation: string, users: Ref[]) {
    this.viewersOf(conversation).set(users);
  }

  sawTyping(conversation: string, by: Author, on: boolean, mode?: Mode) {
    const cell = this.typingIn(conversation);
    const rest = cell.get().filter((other) => other.by.id !== by.id || other.by.type !== by.type);
    cell.set(on ? [...rest, { by, mode }] : rest);
    const key = `${conversation} ${by.type} ${by.id}`;
    clearTimeout(this.ends.get(key));
    this.ends.delete(key);
    if (on) this.ends.set(key, setTimeout(() => this.sawTyping(conversation, by, false), TYPING_LASTS));
  }

  sawPresence(users: { id: string; status: string }[]) {
    this.online.set(new Map(users.map(({ id, status }) => [id, status])));
  }
}

function cellOf<Item>(cells: Map<string, Cell<readonly Item[]>>, id: string, flush: Flush): Cell<readonly Item[]> {
  let cell = cells.get(id);
  if (!cell) cells.set(id, (cell = new Cell<readonly Item[]>([], flush)));
  return cell;
}
