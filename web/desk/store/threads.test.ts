import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../api/problem";
import type { Message, Page } from "../../api/shapes";
import type { Writing } from "../../api/desk";
import { Flush } from "./flush";
import { Outbox, type Sending } from "./outbox";
import { at, message } from "./samples";
import { Table } from "./table";
import { localId, Threads } from "./threads";

const settled = () => new Promise((resolve) => setTimeout(resolve));

let flush: Flush;
let messages: Table<Message>;
let threads: Threads;
let pages: Page<Message>[];

beforeEach(() => {
  flush = new Flush();
  messages = new Table(flush);
  pages = [{ items: [message("2", { at: at(2), position: 2 }), message("1", { at: at(1) })], next: null }];
  threads = new Threads(flush, messages, () => Promise.resolve(pages.shift()!));
});

describe("a thread", () => {
  it("shows pages oldest first and puts older ones above", async () => {
    pages = [
      { items: [message("4", { at: at(4) }), message("3", { at: at(3) })], next: "older" },
      { items: [message("2", { at: at(2) }), message("1", { at: at(1) })], next: null },
    ];
    const thread = threads.of("c");
    await settled();
    await threads.older("c");
    expect(thread.get()).toMatchObject({ ids: ["1", "2", "3", "4"], older: null });
  });

  it("puts a message that comes late in the place of its time", async () => {
    const thread = threads.of("c");
    await settled();
    threads.upsert(message("late", { at: new Date(Date.parse(at(1)) + 1).toISOString() }));
    expect(thread.get().ids).toEqual(["1", "late", "2"]);
  });

  it("keeps what the socket brought while the page was under way", async () => {
    const thread = threads.of("c");
    threads.upsert(message("3", { at: at(3) }));
    await settled();
    expect(thread.get().ids).toEqual(["1", "2", "3"]);
  });

  it("leaves to its page what is older than all that was read", async () => {
    pages[0]!.next = "older";
    const thread = threads.of("c");
    await settled();
    threads.upsert(message("0", { at: at(0) }));
    expect(thread.get().ids).toEqual(["1", "2"]);
  });

  it("changes a message in place", async () => {
    const thread = threads.of("c");
    await settled();
    threads.upsert(message("1", { at: at(1), text: "edited" }));
    expect(thread.get().ids).toEqual(["1", "2"]);
    expect(messages.get("1")?.text).toBe("edited");
  });
});

describe("the outbox", () => {
  let written: Writing[];
  let respond: (writing: Writing) => Promise<Message>;
  let outbox: Outbox;
  const sending: Sending = {
    conversation: "c",
    writing: { text: "Halo", kind: "reply" },
    author: { type: "user", id: "rina", name: "Rina" },
    connection: null,
    attachments: [],
  };
  const sent = (writing: Writing) =>
    message("server", { direction: "out", status: "queued", at: at(9), client_id: writing.client_id });

  beforeEach(() => {
    written = [];
    respond = (writing) => Promise.resolve(sent(writing));
    let n = 0;
    outbox = new Outbox(
      threads,
      (_, writing) => {
        written.push(writing);
        return respond(writing);
      },
      () => flush.now(),
      () => `client-${++n}`,
      () => new Date(at(8)),
    );
  });

  it("shows the message at once, and the server's copy takes its place", async () => {
    const thread = threads.of("c");
    await settled();
    const done = outbox.send(sending);
    expect(thread.get().ids).toEqual(["1", "2", localId("client-1")]);
    expect(messages.get(localId("client-1"))?.status).toBe("queued");
    await done;
    expect(thread.get().ids).toEqual(["1", "2", "server"]);
    expect(messages.get(localId("client-1"))).toBeUndefined();
  });

  it("shows one message when the socket's copy comes before the answer", async () => {
    const thread = threads.of("c");
    await settled();
    respond = (writing) => {
      threads.upsert(sent(writing));
      return Promise.resolve(sent(writing));
    };
    await outbox.send(sending);
    expect(thread.get().ids).toEqual(["1", "2", "server"]);
  });

  it("tries again with the same client id, so that a lost answer cannot double it", async () => {
    const thread = threads.of("c");
    await settled();
    respond = () => Promise.reject(new Problem(0, "offline"));
    await outbox.send(sending);
    const local = localId("client-1");
    expect(messages.get(local)).toMatchObject({ status: "failed", failure: { reason: "offline", retryable: true } });
    respond = (writing) => Promise.resolve(sent(writing));
    await outbox.retry(local);
    expect(written.map(({ client_id }) => client_id)).toEqual(["client-1", "client-1"]);
    expect(thread.get().ids).toEqual(["1", "2", "server"]);
    expect(outbox.holds(local)).toBe(false);
  });

  it("sends what waited only for the server once it is there again, and nothing that was refused", async () => {
    respond = () => Promise.reject(new Problem(409, "Window closed", "", [], "window_closed"));
    await outbox.send(sending);
    respond = () => Promise.reject(new Problem(0, "offline"));
    await outbox.send(sending);
    respond = (writing) => Promise.resolve(sent(writing));
    await outbox.resend();
    await outbox.resend();
    expect(written.map(({ client_id }) => client_id)).toEqual(["client-1", "client-2", "client-2"]);
  });

  it("can be told to let go of what did not leave", async () => {
    const thread = threads.of("c");
    await settled();
    respond = () => Promise.reject(new Problem(409, "Window closed", "", [], "window_closed"));
    await outbox.send(sending);
    expect(messages.get(localId("client-1"))?.failure?.reason).toBe("window_closed");
    outbox.discard(localId("client-1"));
    expect(thread.get().ids).toEqual(["1", "2"]);
  });
});
