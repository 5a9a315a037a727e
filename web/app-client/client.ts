/** The chat of a business's own app, without an interface: docs/channels/app.md says how it is used. */
import type { Identity, Page, ToHost } from "../widget/bridge";
import type { Socket } from "../widget/frame/link";
import type { Choice, FileRef, Message } from "../widget/frame/protocol";
import { Session, type View } from "../widget/frame/session";
import type { Locale } from "../widget/settings";

export type { Choice, FileRef, Message, View };

export type Device = { provider: "fcm" | "apns"; token: string } | { provider: "web"; subscription: unknown };

export interface Options {
  /** Where Sambung is, like https://cc.example. */
  server: string;
  /** The connection's id. */
  key: string;
  locale?: Locale;
  page?: Page;
  /** Like localStorage; what is written without a line is kept there. */
  storage?: Pick<Storage, "getItem" | "setItem">;
  socket?: (address: string) => Socket;
}

export interface Events {
  change: (view: View) => void;
  unread: (count: number) => void;
  message: (from: "us" | "me") => void;
  identified: (ok: boolean) => void;
}

export class Chat {
  private readonly session: Session;
  private readonly base: string;
  private readonly hearers: { [Name in keyof Events]: Set<Events[Name]> } = {
    change: new Set(),
    unread: new Set(),
    message: new Set(),
    identified: new Set(),
  };
  private frames = 0;

  constructor(private readonly options: Options) {
    this.base = `${options.server.replace(/\/$/, "")}/widget/${encodeURIComponent(options.key)}`;
    const address = `${this.base.replace(/^http/, "ws")}/socket`;
    const open = options.socket ?? ((to: string) => new WebSocket(to) as Socket);
    this.session = new Session(
      options.key,
      {
        socket: () => open(address),
        tell: (told) => this.told(told),
        ring: () => undefined,
        cid: () => this.cid(),
        history: (before, token) => this.history(before, token),
      },
      options.locale ?? "id",
      options.page ?? { url: "", title: "", referrer: "" },
    );
    this.session.watch(() => this.hearers.change.forEach((hear) => hear(this.view)));
    this.session.start(this.kept());
  }

  get view(): View {
    return this.session.view;
  }

  on<Name extends keyof Events>(name: Name, hear: Events[Name]): () => void {
    this.hearers[name].add(hear);
    return () => void this.hearers[name].delete(hear);
  }

  write(text: string, files: FileRef[] = []): void {
    this.session.write(text, files);
  }

  choose(message: Message, choice: Choice): void {
    this.session.choose(message, choice);
  }

  retry(message: Message): void {
    this.session.retry(message);
  }

  typing(on: boolean): void {
    this.session.typing(on);
  }

  older(): Promise<void> {
    return this.session.older();
  }

  /** The chat is shown, or no more: what is there counts as read only while it is. */
  open(on: boolean): void {
    this.session.opened(on);
  }

  identify(identity: Identity): void {
    this.session.identify(identity);
  }

  logout(): void {
    this.session.logout();
  }

  /** Notify this device when nobody looks; say so again after each sign-in. */
  notify(device: Device): void {
    this.session.say({ ...device, t: "device", cid: this.cid() });
  }

  silence(device: Device): void {
    this.session.say({ ...device, t: "device_removed", cid: this.cid() });
  }

  /** Send a file ahead of the message it goes with. Rejects with the HTTP status. */
  async upload(file: Blob, name: string): Promise<FileRef> {
    const answer = await fetch(`${this.base}/files`, {
      method: "POST",
      body: file,
      headers: {
        Authorization: `Bearer ${this.session.token}`,
        "Content-Type": file.type || "application/octet-stream",
        "X-File-Name": encodeURIComponent(name),
      },
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()) as FileRef;
  }

  /** The device is online again: do not wait for the next try. */
  wake(): void {
    this.session.wake();
  }

  stop(): void {
    this.session.stop();
  }

  private told(told: ToHost): void {
    if (told.t === "save") this.options.storage?.setItem(this.place, JSON.stringify(told.state));
    else if (told.t === "unread") this.hearers.unread.forEach((hear) => hear(told.count));
    else if (told.t === "message") this.hearers.message.forEach((hear) => hear(told.from));
    else if (told.t === "identified") this.hearers.identified.forEach((hear) => hear(told.ok));
  }

  private async history(before: number, token: string): Promise<{ messages: Message[]; more: boolean }> {
    const answer = await fetch(`${this.base}/history?before=${before}`, { headers: { Authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()) as { messages: Message[]; more: boolean };
  }

  private kept(): unknown {
    try {
      return JSON.parse(this.options.storage?.getItem(this.place) ?? "null");
    } catch {
      return null;
    }
  }

  private get place(): string {
    return `sambung.${this.options.key}`;
  }

  /** Unlike any other of this installation; nothing need be secret about it. */
  private cid(): string {
    return `${Date.now().toString(36)}-${(this.frames++).toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  }
}

/** Begin, or go on where this installation was. */
export function connect(options: Options): Chat {
  const storage = options.storage ?? (typeof localStorage === "undefined" ? undefined : localStorage);
  return new Chat(storage ? { ...options, storage } : options);
}
