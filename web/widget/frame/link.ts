/** A socket that comes back: back-off with jitter, a heartbeat, and at once when the browser is online again. */
export interface Socket {
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export const HEARTBEAT = 25_000;
export const SILENCE = 60_000;
const SILENT = 1006;
const LONGEST_WAIT = 30_000;

export class Link {
  private socket: Socket | undefined;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private heard = 0;
  private stopped = true;

  constructor(
    private readonly open: () => Socket,
    private readonly on: { open(): void; frame(frame: unknown): void; lost(code: number): void },
  ) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  /** Connect now rather than at the end of the wait. */
  wake(): void {
    if (this.stopped || this.socket) return;
    clearTimeout(this.timer);
    this.connect();
  }

  /** Drop this socket and open another at once (a new session). */
  restart(): void {
    this.drop();
    this.attempts = 0;
    this.start();
  }

  send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  /** A whole session has begun: later failures start over with the shortest wait. */
  settled(): void {
    this.attempts = 0;
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearInterval(this.beat);
    const socket = this.socket;
    this.socket = undefined;
    if (socket) {
      socket.onclose = socket.onmessage = socket.onopen = null;
      socket.close();
    }
  }

  private connect(): void {
    const socket = (this.socket = this.open());
    socket.onopen = () => {
      this.heard = Date.now();
      this.beat = setInterval(() => {
        if (Date.now() - this.heard > SILENCE) this.lose(SILENT);
        else this.send({ t: "ping" });
      }, HEARTBEAT);
      this.on.open();
    };
    socket.onmessage = ({ data }) => {
      this.heard = Date.now();
      this.on.frame(JSON.parse(data));
    };
    socket.onclose = ({ code }) => this.lose(code);
  }

  private lose(code: number): void {
    this.drop();
    this.on.lost(code);
    if (this.stopped) return;
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** this.attempts++) * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => this.connect(), wait);
  }
}
