/**
 * The inbox lists: ids in order, kept so by what happens.
 *
 * A list knows the part of the server's order that it has read (down to `next`). A conversation that changes is
 * taken out and put back where it now belongs, once per flush however many changes there were.
 */
import type { Conversation, Page } from "../../api/shapes";
import type { Query } from "../../api/http";
import { Cell } from "./cell";
import type { Flush } from "./flush";
import type { Table } from "./table";
import { keyOf, newestFirst, queryOf, shows, type View } from "./view";

export interface ListState {
  ids: readonly string[];
  next: string | null;
  phase: "loading" | "ready" | "failed";
}

interface List {
  view: View;
  state: Cell<ListState>;
  /** Counts loads, so that an answer to an old question is dropped. */
  turn: number;
}

const PAGE = 100;

export class Lists {
  private readonly lists = new Map<string, List>();
  private readonly touched = new Set<string>();
  /** What was touched while a page was under way: the page is older than that. */
  private readonly underWay = new Set<Set<string>>();
  me = "";

  constructor(
    private readonly flush: Flush,
    private readonly conversations: Table<Conversation>,
    private readonly fetchPage: (query: Query) => Promise<Page<Conversation>>,
  ) {
    flush.register(() => this.arrange());
  }

  /** The list of a view, loading when it is new. */
  of(view: View): Cell<ListState> {
    const key = keyOf(view) + view.name;
    let list = this.lists.get(key);
    if (!list) {
      const state = new Cell<ListState>({ ids: [], next: null, phase: "loading" }, this.flush);
      list = { view, state, turn: 0 };
      this.lists.set(key, list);
      void this.load(list);
    }
    return list.state;
  }

  async more(view: View) {
    const list = this.lists.get(keyOf(view) + view.name);
    const { next, phase } = list?.state.get() ?? { next: null, phase: "ready" };
    if (list && next && phase === "ready") await this.load(list, next);
  }

  /** Reads every list anew, e.g. when events were missed. Lists that nobody has opened for long go. */
  async reload() {
    await Promise.all([...this.lists.values()].map((list) => this.load(list)));
  }

  /** Note that a conversation is new or has changed; the lists follow at the flush. */
  touch(id: string) {
    this.touched.add(id);
    for (const during of this.underWay) during.add(id);
    this.flush.soon();
  }

  private async load(list: List, cursor?: string) {
    const turn = ++list.turn;
    const before = list.state.get();
    list.state.set({ ...before, phase: "loading" });
    const during = new Set<string>();
    this.underWay.add(during);
    try {
      const page = await this.fetchPage({ ...queryOf(list.view), limit: PAGE, cursor });
      if (turn !== list.turn) return;
      for (const row of page.items) {
        if (during.has(row.id) && this.conversations.get(row.id)) this.touched.add(row.id);
        else this.conversations.put(row);
      }
      const read = page.items.map(({ id }) => id);
      const kept = cursor ? list.state.get().ids : [];
      const ids = [...kept, ...read.filter((id) => !kept.includes(id))];
      list.state.set({ ids, next: page.next, phase: "ready" });
    } catch {
      if (turn === list.turn) list.state.set({ ...before, phase: "failed" });
    } finally {
      this.underWay.delete(during);
    }
    this.flush.now();
  }

  private arrange() {
    if (!this.touched.size) return;
    const changed = [...this.touched].flatMap((id) => this.conversations.get(id) ?? []);
    for (const { view, state } of this.lists.values()) {
      if (view.q) continue;
      const before = state.get();
      const rest = before.ids.filter((id) => !this.touched.has(id));
      const entering = changed.filter((row) => shows(view, row, this.me) && this.isRead(row, rest, before.next));
      const ids = this.merge(rest, entering.sort(newestFirst));
      if (!same(ids, before.ids)) state.set({ ...before, ids });
    }
    this.touched.clear();
  }

  /** Whether the place where a row belongs is in the part that has been read. */
  private isRead(row: Conversation, ids: readonly string[], next: string | null): boolean {
    if (next === null) return true;
    const last = this.conversations.get(ids.at(-1) ?? "");
    return last !== undefined && newestFirst(row, last) < 0;
  }

  private merge(ids: string[], entering: Conversation[]): string[] {
    const merged: string[] = [];
    let at = 0;
    for (const id of ids) {
      const row = this.conversations.get(id);
      while (row && at < entering.length && newestFirst(entering[at]!, row) < 0) merged.push(entering[at++]!.id);
      merged.push(id);
    }
    for (; at < entering.length; at++) merged.push(entering[at]!.id);
    return merged;
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
