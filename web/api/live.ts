/**
 * The live socket: follows the account's event log from a position, and comes back by itself.
 *
 * Every frame with a position is handed over once, in order: after a break the socket asks for what came
 * `after` the last position it saw, and drops what it has seen already. Frames without a position
 * (who is viewing, who is typing) are of the moment and are not replayed.
 */
export interface LiveFrame {
  type: string;
  position?: number;
  at?: string;
  data?: Record<string, unknown>;
}

export type LiveState = "connecting" | "live" | "lost";

/** The little of WebSocket that is used, so that a test can stand in. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

interface Options {
  url(after: number | undefined): string;
  open(url: string): Socket;
  onFrame(frame: LiveFrame): void;
  onState(state: LiveState): void;
  /** The session has ended: do not come back. */
  onRefused(): void;
  random?: () => number;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const PING_EVERY = 25_000;
const SILENCE = 10_000;
/** Close codes by which the server says that the session is not (or no longer) valid. */
const REFUSED = new Set([1008, 4401, 4403]);

export class Live {
  private socket: Socket | undefined;
  private after: number | undefined;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ping: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: Options) {}

  /** The last position seen. */
  get position(): number | undefined {
    return this.after;
  }

  start(after?: number) {
    this.after = after ?? this.after;
    this.connect();
  }

  stop() {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.drop();
  }

  /** Try at once, e.g. because the network came back. */
  wake() {
    if (this.socket || this.retry === undefined) return;
    this.connect();
  }

  send(frame: Record<string, unknown>) {
    if (this.ready) this.socket?.send(JSON.stringify(frame));
  }

  private ready = false;

  private connect() {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.drop();
    this.options.onState(this.tries ? "lost" : "connecting");
    const socket = this.options.open(this.options.url(this.after));
    this.socket = socket;
    socket.onopen = () => {
      this.ready = true;
      this.tries = 0;
      this.options.onState("live");
      this.listen();
    };
    socket.onmessage = (event) => {
      this.listen();
      this.take(JSON.parse(String(event.data)) as LiveFrame);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      if (REFUSED.has(code)) this.refuse();
      else this.again();
    };
  }

  private take(frame: LiveFrame) {
    if (frame.type === "hello") {
      this.after ??= frame.position;
    } else if (frame.position !== undefined && frame.type !== "behind") {
      if (this.after !== undefined && frame.position <= this.after) return;
      this.after = frame.position;
    }
    this.options.onFrame(frame);
  }

  /** Come back from the last position, after a wait that grows while nobody answers. */
  again() {
    this.drop();
    const { random = Math.random } = this.options;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries) * (0.5 + random() / 2);
    this.tries += 1;
    this.options.onState("lost");
    this.retry = setTimeout(() => this.connect(), wait);
  }

  /** A socket can die without a word (a phone that slept): ask, and leave it when no answer comes. */
  private listen() {
    clearTimeout(this.ping);
    this.ping = setTimeout(() => {
      this.send({ type: "ping" });
      this.ping = setTimeout(() => {
        this.again();
      }, SILENCE);
    }, PING_EVERY);
  }

  private refuse() {
    this.drop();
    this.options.onRefused();
  }

  private drop() {
    clearTimeout(this.ping);
    this.ready = false;
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onclose = socket.onmessage = socket.onopen = null;
    socket.close();
  }
}
