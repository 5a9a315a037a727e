import { beforeEach, describe, expect, it } from "vitest";
import type { Conversation, Page } from "../../api/shapes";
import { Flush } from "./flush";
import { Lists } from "./lists";
import { at, conversation } from "./samples";
import { Table } from "./table";

const OPEN = { name: "open" } as const;
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("an inbox list", () => {
  let flush: Flush;
  let rows: Table<Conversation>;
  let lists: Lists;
  let pages: Page<Conversation>[];
  let answer: () => Promise<Page<Conversation>>;

  beforeEach(() => {
    flush = new Flush();
    rows = new Table(flush);
    pages = [{ items: [conversation("b", { last_at: at(20) }), conversation("a", { last_at: at(10) })], next: null }];
    answer = () => Promise.resolve(pages.shift()!);
    lists = new Lists(flush, rows, () => answer());
    lists.me = "rina";
  });

  function change(row: Conversation) {
    rows.put(row);
    lists.touch(row.id);
    flush.now();
  }

  it("moves a conversation up when somebody writes", async () => {
    const list = lists.of(OPEN);
    await settled();
    change(conversation("a", { last_at: at(30) }));
    expect(list.get().ids).toEqual(["a", "b"]);
  });

  it("takes in what is new and lets go of what is closed", async () => {
    const list = lists.of(OPEN);
    await settled();
    change(conversation("new", { last_at: at(15) }));
    change(conversation("b", { last_at: at(20), status: "closed" }));
    expect(list.get().ids).toEqual(["new", "a"]);
  });

  it("shows in Mine only what is mine", async () => {
    pages = [{ items: [], next: null }];
    const list = lists.of({ name: "mine" });
    await settled();
    change(conversation("x", { assignee: { id: "budi", name: "Budi" } }));
    expect(list.get().ids).toEqual([]);
    change(conversation("x", { assignee: { id: "rina", name: "Rina" } }));
    expect(list.get().ids).toEqual(["x"]);
  });

  it("leaves to its page what belongs below the part that was read", async () => {
    pages[0]!.next = "cursor";
    const list = lists.of(OPEN);
    await settled();
    change(conversation("old", { last_at: at(1) }));
    expect(list.get().ids).toEqual(["b", "a"]);
  });

  it("appends the next page without doubling what moved meanwhile", async () => {
    pages[0]!.next = "cursor";
    pages.push({ items: [conversation("a", { last_at: at(10) }), conversation("z", { last_at: at(5) })], next: null });
    const list = lists.of(OPEN);
    await settled();
    await lists.more(OPEN);
    expect(list.get().ids).toEqual(["b", "a", "z"]);
  });

  it("does not let a page that was under way undo what the socket said meanwhile", async () => {
    let deliver: (page: Page<Conversation>) => void = () => undefined;
    answer = () => new Promise((resolve) => (deliver = resolve));
    const list = lists.of(OPEN);
    change(conversation("a", { last_at: at(40), assignee: { id: "budi", name: "Budi" } }));
    deliver({ items: [conversation("b", { last_at: at(20) }), conversation("a", { last_at: at(10) })], next: null });
    await settled();
    expect(rows.get("a")?.assignee?.name).toBe("Budi");
    expect(list.get().ids).toEqual(["a", "b"]);
  });

  it("stays in order through a burst of changes", async () => {
    const items = Array.from({ length: 200 }, (_, n) => conversation(`r${n}`, { last_at: at(n % 60) }));
    pages = [{ items: [...items].sort((x, y) => (x.last_at < y.last_at ? 1 : x.last_at > y.last_at ? -1 : x.id < y.id ? 1 : -1)), next: null }];
    const list = lists.of(OPEN);
    await settled();
    for (let n = 0; n < 100; n++) {
      const row = conversation(`r${(n * 37) % 200}`, { last_at: at(60 + n) });
      rows.put(row);
      lists.touch(row.id);
    }
    flush.now();
    const times = list.get().ids.map((id) => rows.get(id)!.last_at);
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(list.get().ids).size).toBe(200);
  });

  it("leaves a search to the server", async () => {
    pages = [{ items: [], next: null }];
    const list = lists.of({ name: "open", q: "resi" });
    await settled();
    change(conversation("x"));
    expect(list.get().ids).toEqual([]);
  });

  it("says when it could not be read", async () => {
    answer = () => Promise.reject(new Error("down"));
    const list = lists.of(OPEN);
    await settled();
    expect(list.get().phase).toBe("failed");
  });
});
