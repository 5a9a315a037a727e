import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Socket } from "../widget/frame/link";
import { type Chat, connect } from "./client";

let sent: Record<string, unknown>[];
let opened: string[];
let socket: Socket;
let chat: Chat | undefined;
const kept = new Map<string, string>();
const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };

function begin(): Chat {
  return (chat = connect({
    server: "https://cc.example/",
    key: "K",
    storage,
    socket: (address) => {
      opened.push(address);
      socket = { onopen: null, onmessage: null, onclose: null, send: (data) => void sent.push(JSON.parse(data)), close: () => undefined };
      return socket;
    },
  }));
}

const say = (frame: object) => socket.onmessage?.({ data: JSON.stringify(frame) });

function ready(more: object = {}): void {
  socket.onopen?.();
  say({ t: "ready", visitor: "v", token: "secret", identified: false, position: 0, messages: [], more: false, ...more });
}

beforeEach(() => {
  sent = [];
  opened = [];
  kept.clear();
});
afterEach(() => chat?.stop());

describe("the chat of an app", () => {
  it("speaks to the server it is given, and comes back as whom it was", () => {
    begin();
    ready();
    expect(opened).toEqual(["wss://cc.example/widget/K/socket"]);
    chat?.stop();
    begin();
    socket.onopen?.();
    expect(sent.at(-1)).toMatchObject({ t: "hello", site: "K", token: "secret" });
  });

  it("keeps what was written without a line", () => {
    begin().write("Halo");
    expect(sent).toEqual([]);
    chat?.stop();
    begin();
    ready();
    expect(sent.at(-1)).toMatchObject({ t: "message", text: "Halo" });
  });

  it("tells of what comes, and of how much was not seen", () => {
    const unread = vi.fn();
    const change = vi.fn();
    begin().on("unread", unread);
    const stop = chat!.on("change", change);
    ready();
    const message = { id: "m", from: "us", kind: "text", text: "Ya", files: [], at: "2026-11-10T03:00:00Z", status: "sent", order: 1 };
    say({ t: "message", position: 1, message });
    expect(unread).toHaveBeenLastCalledWith(1);
    expect(chat!.view.messages.map((one) => one.text)).toEqual(["Ya"]);
    chat!.open(true);
    expect(sent).toContainEqual({ t: "read", target: "m" });
    stop();
    const calls = change.mock.calls.length;
    chat!.open(false);
    expect(change).toHaveBeenCalledTimes(calls);
  });

  it("signs in, and has its device notified", () => {
    begin().identify({ jwt: "t" });
    ready();
    expect(sent).toContainEqual({ t: "identify", jwt: "t" });
    chat!.notify({ provider: "fcm", token: "x" });
    chat!.silence({ provider: "fcm", token: "x" });
    expect(sent.slice(-2)).toMatchObject([
      { t: "device", provider: "fcm", token: "x" },
      { t: "device_removed", provider: "fcm", token: "x" },
    ]);
  });
});
