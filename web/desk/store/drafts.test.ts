import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Draft, Mode } from "../../api/shapes";
import { Drafts, QUIET, type DraftKeeper } from "./drafts";
import { Flush } from "./flush";

class Server implements DraftKeeper {
  kept = new Map<string, Draft>();
  writes = 0;
  drafts(conversation: string) {
    const of = (mode: Mode) => this.kept.get(`${conversation} ${mode}`) ?? null;
    return Promise.resolve({ reply: of("reply"), note: of("note") });
  }
  keepDraft(conversation: string, mode: Mode, draft: Draft) {
    this.writes++;
    this.kept.set(`${conversation} ${mode}`, draft);
    return Promise.resolve();
  }
  dropDraft(conversation: string, mode: Mode) {
    this.kept.delete(`${conversation} ${mode}`);
    return Promise.resolve();
  }
}

describe("drafts", () => {
  let server: Server;
  let drafts: Drafts;
  beforeEach(() => {
    vi.useFakeTimers();
    server = new Server();
    drafts = new Drafts(new Flush(), server);
  });
  afterEach(() => void vi.useRealTimers());

  it("keeps a reply and a note of the same conversation apart, and other conversations too", async () => {
    drafts.write("a", "reply", { text: "to the customer" });
    drafts.write("a", "note", { text: "to colleagues" });
    drafts.write("b", "reply", { text: "to somebody else" });
    await drafts.settle();
    expect(Object.fromEntries([...server.kept].map(([key, { text }]) => [key, text]))).toEqual({
      "a reply": "to the customer",
      "a note": "to colleagues",
      "b reply": "to somebody else",
    });
  });

  it("saves once the typing pauses, not at every key", async () => {
    for (const text of ["H", "Ha", "Hal", "Halo"]) {
      drafts.write("a", "reply", { text });
      await vi.advanceTimersByTimeAsync(QUIET - 1);
    }
    expect(server.writes).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.writes).toBe(1);
    expect(server.kept.get("a reply")?.text).toBe("Halo");
  });

  it("brings back what was begun elsewhere", async () => {
    server.kept.set("a reply", { text: "begun at home", connection: "w" });
    const cell = drafts.of("a", "reply");
    await vi.runAllTimersAsync();
    expect(cell.get()).toEqual({ text: "begun at home", connection: "w" });
  });

  it("does not overwrite what is being typed with what comes from the server", async () => {
    server.kept.set("a reply", { text: "old", connection: null });
    const cell = drafts.of("a", "reply");
    drafts.write("a", "reply", { text: "new" });
    await vi.advanceTimersByTimeAsync(1);
    expect(cell.get().text).toBe("new");
  });

  it("forgets the words that were sent and where they went: the next go where the customer is then", async () => {
    drafts.write("a", "reply", { text: "Halo", connection: "w" });
    await drafts.settle();
    drafts.clear("a", "reply");
    await vi.runAllTimersAsync();
    expect(server.kept.has("a reply")).toBe(false);
    expect(drafts.of("a", "reply").get()).toEqual({ text: "", connection: null });
  });
});
