import { beforeEach, describe, expect, it, vi } from "vitest";
import { Live, type LiveFrame, type LiveState, type Socket } from "./live";

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  sent: string[] = [];
  closed = false;
  constructor(readonly url: string) {}
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  opens() {
    this.onopen?.(new Event("open"));
  }
  says(frame: LiveFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent);
  }
  breaks(code = 1006) {
    this.onclose?.({ code } as CloseEvent);
  }
}

describe("the live socket", () => {
  let sockets: FakeSocket[];
  let frames: LiveFrame[];
  let states: LiveState[];
  let refused: number;
  let live: Live;

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    frames = [];
    states = [];
    refused = 0;
    live = new Live({
      url: (after) => `/live?after=${after ?? ""}`,
      open(url) {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket;
      },
      onFrame: (frame) => frames.push(frame),
      onState: (state) => states.push(state),
      onRefused: () => refused++,
      random: () => 1,
    });
    live.start();
    return () => {
      live.stop();
      vi.useRealTimers();
    };
  });

  it("starts at the end of the log and takes its position from the greeting", () => {
    expect(sockets[0]!.url).toBe("/live?after=");
    sockets[0]!.opens();
    sockets[0]!.says({ type: "hello", position: 40 });
    expect(live.position).toBe(40);
  });

  it("resumes after the last position it saw, and hands nothing over twice", () => {
    sockets[0]!.opens();
    sockets[0]!.says({ type: "hello", position: 40 });
    sockets[0]!.says({ type: "MessageReceived", position: 41 });
    sockets[0]!.breaks();
    vi.advanceTimersByTime(500);
    expect(sockets[1]!.url).toBe("/live?after=41");
    sockets[1]!.opens();
    sockets[1]!.says({ type: "hello", position: 41 });
    sockets[1]!.says({ type: "MessageReceived", position: 41 });
    sockets[1]!.says({ type: "MessageReceived", position: 42 });
    expect(frames.filter(({ type }) => type !== "hello").map(({ position }) => position)).toEqual([41, 42]);
  });

  it("does not let a later greeting skip what was missed", () => {
    sockets[0]!.opens();
    sockets[0]!.says({ type: "hello", position: 40 });
    sockets[0]!.breaks();
    vi.advanceTimersByTime(500);
    sockets[1]!.opens();
    sockets[1]!.says({ type: "hello", position: 50 });
    sockets[1]!.says({ type: "MessageReceived", position: 41 });
    expect(frames.at(-1)?.position).toBe(41);
  });

  it("waits longer each time while nobody answers, and soon again once somebody has", () => {
    for (const wait of [500, 1000, 2000]) {
      const count = sockets.length;
      sockets.at(-1)!.breaks();
      vi.advanceTimersByTime(wait - 1);
      expect(sockets).toHaveLength(count);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(count + 1);
    }
    sockets.at(-1)!.opens();
    sockets.at(-1)!.breaks();
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(5);
  });

  it("tries at once when the network comes back", () => {
    sockets[0]!.breaks();
    live.wake();
    expect(sockets).toHaveLength(2);
    live.wake();
    expect(sockets).toHaveLength(2);
  });

  it("leaves a socket that has gone silent", () => {
    sockets[0]!.opens();
    vi.advanceTimersByTime(25_000);
    expect(sockets[0]!.sent).toContain('{"type":"ping"}');
    vi.advanceTimersByTime(10_000);
    expect(sockets[0]!.closed).toBe(true);
    expect(states.at(-1)).toBe("lost");
  });

  it("stays when the ping is answered", () => {
    sockets[0]!.opens();
    vi.advanceTimersByTime(25_000);
    sockets[0]!.says({ type: "pong" });
    vi.advanceTimersByTime(20_000);
    expect(sockets[0]!.closed).toBe(false);
  });

  it("does not come back when the session has ended", () => {
    sockets[0]!.opens();
    sockets[0]!.breaks(4401);
    vi.advanceTimersByTime(60_000);
    expect(refused).toBe(1);
    expect(sockets).toHaveLength(1);
  });
});
