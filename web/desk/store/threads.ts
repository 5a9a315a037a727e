/** Messages of the conversations that were opened: ids in the thread's order, older pages on demand. */
import type { Message, Page } from "../../api/shapes";
import { Cell } from "./cell";
import type { Flush } from "./flush";
import type { Table } from "./table";

export interface ThreadState {
  /** Oldest first. */
  ids: readonly string[];
  /** Cursor of the next older page. */
  older: string | null;
  phase: "loading" | "ready" | "failed";
}

const EMPTY: ThreadState = { ids: [], older: null, phase: "loading" };

/** The id that a message has until the server has given it one. */
export function localId(clientId: string): string {
  return `local:${clientId}`;
}

export class Threads {
  private readonly threads = new Map<string, Cell<ThreadState>>();

  constructor(
    private readonly flush: Flush,
    private readonly messages: Table<Message>,
    private readonly fetchPage: (conversation: string, cursor?: string | null) => Promise<Page<Message>>,
  ) {}

  of(conversation: string): Cell<ThreadState> {
    let thread = this.threads.get(conversation);
    if (!thread) {
      thread = new Cell<ThreadState>(EMPTY, this.flush);
      this.threads.set(conversation, thread);
      void this.load(conversation, thread);
    }
    return thread;
  }

  async older(conversation: string) {
    const thread = this.threads.get(conversation);
    const state = thread?.get();
    if (thread && state?.older && state.phase === "ready") await this.load(conversation, thread, state.older);
  }

  /** Reads the newest page again, e.g. after messages were moved by a merge. What is being sent stays. */
  async reload(conversation: string) {
    const thread = this.threads.get(conversation);
    if (!thread) return;
    const waiting = thread.get().ids.filter((id) => id.startsWith("local:"));
    thread.set({ ids: waiting, older: null, phase: "loading" });
    await this.load(conversation, thread);
  }

  async reloadAll() {
    await Promise.all([...this.threads.keys()].map((id) => this.reload(id)));
  }

  /** Puts a message in its place; one that was shown while it was being sent takes over that place. */
  upsert(message: Message) {
    this.messages.put(message);
    const thread = this.threads.get(message.conversation);
    if (!thread) return;
    const state = thread.get();
    const local = message.client_id ? localId(message.client_id) : "";
    const rest = state.ids.filter((id) => id !== message.id && id !== local);
    if (local && message.id !== local) this.messages.remove(local);
    let at = rest.length;
    while (at > 0 && this.isAfter(rest[at - 1]!, message)) at--;
    // Older than all that was read: it comes with its page.
    if (at === 0 && rest.length > 0 && state.older) return;
    thread.set({ ...state, ids: [...rest.slice(0, at), message.id, ...rest.slice(at)] });
  }

  remove(message: Message) {
    this.messages.remove(message.id);
    const thread = this.threads.get(message.conversation);
    const state = thread?.get();
    if (thread && state) thread.set({ ...state, ids: state.ids.filter((id) => id !== message.id) });
  }

  private isAfter(id: string, message: Message): boolean {
    const other = this.messages.get(id);
    if (!other) return false;
    if (other.id.startsWith("local:") && !message.id.startsWith("local:")) return true;
    return other.at === message.at ? other.position > message.position : other.at > message.at;
  }

  private async load(conversation: string, thread: Cell<ThreadState>, cursor?: string) {
    thread.set({ ...thread.get(), phase: "loading" });
    try {
      const page = await this.fetchPage(conversation, cursor);
      for (const message of page.items) this.messages.put(message);
      const read = page.items.map(({ id }) => id).reverse();
      const known = new Set(read);
      // What the socket brought while the page was under way stays behind it.
      const rest = thread.get().ids.filter((id) => !known.has(id) && !this.isSent(id, page.items));
      thread.set({ ids: [...read, ...rest], older: page.next, phase: "ready" });
    } catch {
      thread.set({ ...thread.get(), phase: "failed" });
    }
    this.flush.now();
  }

  private isSent(id: string, items: Message[]): boolean {
    return items.some(({ client_id }) => client_id !== null && localId(client_id) === id);
  }
}
