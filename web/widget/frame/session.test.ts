import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ToHost } from "../bridge";
import { HEARTBEAT, SILENCE, type Socket } from "./link";
import type { Message } from "./protocol";
import { Session } from "./session";

class Server {
  sockets: (Socket & { sent: Record<string, unknown>[]; closed: boolean })[] = [];
  told: ToHost[] = [];
  rung = 0;
  private cids = 0;

  surroundings = {
    socket: () => {
      const socket = {
        sent: [] as Record<string, unknown>[],
        closed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (data: string) => void socket.sent.push(JSON.parse(data)),
        close: () => void (socket.closed = true),
      };
      this.sockets.push(socket);
      return socket;
    },
    tell: (message: ToHost) => void this.told.push(message),
    ring: () => void this.rung++,
    cid: () => `c${++this.cids}`,
    history: async () => ({ messages: [theirs("0", 1)], more: false }),
  };

  get socket() {
    return this.sockets.at(-1)!;
  }
  say(frame: object) {
    this.socket.onmessage?.({ data: JSON.stringify(frame) });
  }
  ready(more: object = {}) {
    this.socket.onopen?.();
    this.say({ t: "ready", visitor: "v", identified: false, position: 0, messages: [], ...more });
  }
  sent(type: string) {
    return this.sockets.flatMap((socket) => socket.sent.filter((frame) => frame["t"] === type));
  }
  saved() {
    const last = this.told.findLast((message) => message.t === "save");
    return last?.t === "save" ? (last.state as { token?: string; seen: number; outbox: unknown[] }) : undefined;
  }
}

const theirs = (id: string, order: number, text = "Halo"): Message => ({
  id,
  from: "us",
  author: "Rina",
  kind: "text",
  text,
  files: [],
  at: "2026-11-10T03:00:00Z",
  status: "sent",
  order,
});

const page = { url: "https://toko.example/", title: "Toko", referrer: "" };
let server: Server;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  session = new Session("K", server.surroundings, "id", page);
});
afterEach(() => void vi.useRealTimers());

describe("a visitor's session", () => {
  it("says hello without a token, then keeps the one it is given", () => {
    session.start(null);
    server.ready({ token: "secret" });
    expect(server.socket.sent[0]).toEqual({ t: "hello", v: 1, site: "K", locale: "id", page });
    expect(server.saved()?.token).toBe("secret");
  });

  it("delivers what was written offline once, after a reconnect, in order", () => {
    session.start(null);
    server.ready();
    session.write("satu");
    server.socket.onclose?.({ code: 1006 });
    session.write("dua");
    expect(session.view.messages.map((message) => message.status)).toEqual(["queued", "queued"]);
    vi.advanceTimersByTime(1000);
    server.ready();
    expect(server.socket.sent.filter((frame) => frame["t"] === "message").map((frame) => [frame["cid"], frame["text"]])).toEqual([
      ["c1", "satu"],
      ["c2", "dua"],
    ]);
    server.say({ t: "ack", cid: "c1", id: "m1", order: 1 });
    server.say({ t: "ack", cid: "c2", id: "m2", order: 2 });
    server.socket.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1000);
    server.ready();
    expect(server.socket.sent.some((frame) => frame["t"] === "message")).toBe(false);
    expect(session.view.messages.map((message) => [message.id, message.status])).toEqual([
      ["m1", "sent"],
      ["m2", "sent"],
    ]);
  });

  it("finds its unsent messages again after a reload", () => {
    session.start({ token: "t", seen: 0, prechat: true, outbox: [{ t: "message", cid: "c9", kind: "text", text: "tadi" }] });
    expect(session.view.messages.map((message) => message.text)).toEqual(["tadi"]);
    server.ready();
    expect(server.sent("message")).toHaveLength(1);
  });

  it("shows its own message once when both the ack and the log tell of it", () => {
    session.start(null);
    server.ready();
    session.write("Halo");
    server.say({ t: "message", position: 3, message: { ...theirs("m1", 3), from: "me", cid: "c1" } });
    server.say({ t: "ack", cid: "c1", id: "m1", order: 3 });
    expect(session.view.messages).toHaveLength(1);
  });

  it("sends a few at a time, and waits when it is told to slow down", () => {
    session.start(null);
    server.ready();
    for (let n = 0; n < 8; n++) session.write(String(n));
    expect(server.sent("message")).toHaveLength(5);
    server.say({ t: "error", code: "slow_down", cid: "c1", retry_after: 4 });
    session.write("lagi");
    expect(server.sent("message")).toHaveLength(5);
    vi.advanceTimersByTime(4000);
    expect(server.sent("message").slice(5).map((frame) => frame["cid"])).toEqual(["c1", "c2", "c3", "c4", "c5"]);
  });

  it("marks what the server refuses as failed and offers it again", () => {
    session.start(null);
    server.ready();
    session.write("x");
    server.say({ t: "error", code: "too_long", cid: "c1" });
    expect(session.view.messages[0]).toMatchObject({ status: "failed", failure: "too_long" });
    session.retry(session.view.messages[0]!);
    expect(server.sent("message").map((frame) => frame["cid"])).toEqual(["c1", "c2"]);
    expect(session.view.messages).toHaveLength(1);
  });

  it("counts and rings for what comes while closed, and says what was read once open", () => {
    session.start(null);
    server.ready();
    server.say({ t: "message", position: 4, message: theirs("m4", 4) });
    expect(server.told.at(-1)).toEqual({ t: "unread", count: 1 });
    expect(server.rung).toBe(1);
    session.opened(true);
    expect(server.told.at(-1)).toEqual({ t: "unread", count: 0 });
    expect(server.sent("read")).toEqual([{ t: "read", target: "m4" }]);
    session.opened(false);
    session.opened(true);
    expect(server.sent("read")).toHaveLength(1);
  });

  it("proves who the customer is before anything waiting is sent, and only once", () => {
    session.start({ outbox: [{ t: "message", cid: "c9", kind: "text", text: "tadi" }] }, { external_id: "7", hash: "ab" });
    server.ready({ token: "one" });
    expect(server.socket.sent.map((frame) => frame["t"])).toEqual(["hello", "identify"]);
    server.say({ t: "ready", visitor: "v", token: "two", identified: true, position: 0 });
    expect(server.told).toContainEqual({ t: "identified", ok: true });
    expect(server.socket.sent.map((frame) => frame["t"])).toEqual(["hello", "identify", "message"]);
    server.socket.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1000);
    server.ready({ identified: true });
    expect(server.socket.sent[0]).toMatchObject({ t: "hello", token: "two" });
    expect(server.sent("identify")).toHaveLength(1);
  });

  it("goes on unproven when the proof is refused", () => {
    session.start(null, { external_id: "7", hash: "wrong" });
    server.ready();
    session.write("Halo");
    expect(server.sent("message")).toHaveLength(0);
    server.say({ t: "error", code: "bad_identity" });
    expect(server.told).toContainEqual({ t: "identified", ok: false });
    expect(server.sent("message")).toHaveLength(1);
  });

  it("forgets everything when the page signs its customer out", () => {
    session.start({ token: "t" });
    server.ready({ identified: true, messages: [theirs("m1", 1)] });
    session.logout();
    expect(server.sockets[0]!.sent.at(-1)).toEqual({ t: "logout" });
    expect(session.view.messages).toEqual([]);
    server.ready({ token: "new", fresh: true });
    expect(server.socket.sent[0]).not.toHaveProperty("token");
  });

  it("drops another visitor's thread when the server begins afresh", () => {
    session.start({ token: "old" });
    server.ready({ messages: [theirs("m1", 1)] });
    server.say({ t: "ready", visitor: "v2", token: "new", fresh: true, identified: true, position: 0, messages: [] });
    expect(session.view.messages).toEqual([]);
  });

  it("follows another tab to its new session", () => {
    session.start({ token: "one" });
    server.ready({ messages: [theirs("m1", 1)] });
    session.changed({ token: "one", seen: 1 });
    expect(server.sockets).toHaveLength(1);
    session.changed({ token: "two" });
    server.socket.onopen?.();
    expect(server.socket.sent[0]).toMatchObject({ t: "hello", token: "two" });
  });

  it("shows typing for a while, and until the message comes", () => {
    session.start(null);
    server.ready();
    server.say({ t: "typing", on: true, author: "Rina" });
    expect(session.view.typing).toBe("Rina");
    vi.advanceTimersByTime(6000);
    expect(session.view.typing).toBeNull();
    server.say({ t: "typing", on: true, author: "Rina" });
    server.say({ t: "message", position: 2, message: theirs("m2", 2) });
    expect(session.view.typing).toBeNull();
  });

  it("tells of its own typing at most every three seconds, and of its end", () => {
    session.start(null);
    server.ready();
    session.typing(true);
    session.typing(true);
    session.typing(false);
    session.typing(false);
    expect(server.sent("typing").map((frame) => frame["on"])).toEqual([true, false]);
  });

  it("keeps a status from going back", () => {
    session.start(null);
    server.ready();
    session.write("Halo");
    server.say({ t: "ack", cid: "c1", id: "m1", order: 1 });
    server.say({ t: "seen", order: 1 });
    server.say({ t: "message", position: 2, message: { ...theirs("m1", 1), from: "me", cid: "c1" } });
    expect(session.view.messages[0]?.status).toBe("read");
  });

  it("resumes after the last position it heard of", () => {
    session.start({ token: "t" });
    server.ready({ position: 5 });
    server.say({ t: "message", position: 9, message: theirs("m9", 9) });
    server.socket.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1000);
    server.ready({ position: 9 });
    expect(server.socket.sent[0]).toMatchObject({ after: 9 });
  });

  it("says once what has reached it", () => {
    session.start(null);
    server.ready({ messages: [theirs("m1", 1), { ...theirs("m2", 2), status: "read" }] });
    server.say({ t: "message", position: 3, message: theirs("m3", 3) });
    expect(server.sent("received").map((frame) => frame["targets"])).toEqual([["m1"], ["m3"]]);
  });

  it("leaves no hole when it was away for long", () => {
    session.start({ token: "t" });
    server.ready({ messages: [theirs("m1", 1)] });
    server.socket.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1000);
    server.ready({ messages: [theirs("m9", 9)], more: true });
    expect(session.view.messages.map((message) => message.id)).toEqual(["m9"]);
  });

  it("tells the page of messages both ways", () => {
    session.start(null);
    server.ready();
    session.write("Halo");
    server.say({ t: "ack", cid: "c1", id: "m1", order: 1 });
    server.say({ t: "message", position: 3, message: theirs("m3", 3) });
    expect(server.told.filter((one) => one.t === "message")).toEqual([
      { t: "message", from: "me" },
      { t: "message", from: "us" },
    ]);
  });

  it("reads back", async () => {
    session.start(null);
    server.ready({ messages: [theirs("m5", 5)], more: true });
    await session.older();
    expect(session.view.messages.map((message) => message.order)).toEqual([1, 5]);
    expect(session.view.more).toBe(false);
  });
});

describe("its link", () => {
  it("beats, and gives up on a silent socket", () => {
    session.start(null);
    server.ready();
    vi.advanceTimersByTime(HEARTBEAT);
    expect(server.sent("ping")).toHaveLength(1);
    vi.advanceTimersByTime(SILENCE);
    expect(server.sockets[0]!.closed).toBe(true);
    expect(session.view.online).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(server.sockets).toHaveLength(2);
  });

  it("stops where it is not wanted", () => {
    session.start(null);
    server.socket.onclose?.({ code: 4403 });
    vi.advanceTimersByTime(60_000);
    session.wake();
    expect(server.sockets).toHaveLength(1);
    expect(session.view.refused).toBe(true);
  });

  it("waits longer each time, and connects at once when woken", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    session.start(null);
    for (const wait of [1000, 2000, 4000]) {
      server.socket.onclose?.({ code: 1006 });
      vi.advanceTimersByTime(wait - 1);
      const before = server.sockets.length;
      vi.advanceTimersByTime(1);
      expect(server.sockets.length).toBe(before + 1);
    }
    server.socket.onclose?.({ code: 1006 });
    session.wake();
    expect(server.sockets).toHaveLength(5);
  });
});
