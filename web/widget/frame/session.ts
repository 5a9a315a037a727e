import type { Identity, Page, ToHost } from "../bridge";
import type { Locale } from "../settings";
import { Link, type Socket } from "./link";
import type { Choice, FileRef, FromServer, Message, Pending } from "./protocol";
import { higher, lastOfTheirs, merge, unread } from "./thread";

/** What the loader keeps for us in the host page's storage. */
export interface Kept {
  token?: string;
  seen: number;
  prechat: boolean;
  outbox: Pending[];
}

export interface View {
  online: boolean;
  begun: boolean;
  messages: Message[];
  more: boolean;
  typing: string | null;
  prechat: boolean;
  identified: boolean;
  refused: boolean;
  open: boolean;
}

export interface Surroundings {
  socket(): Socket;
  tell(message: ToHost): void;
  ring(): void;
  cid(): string;
  history(before: number, token: string): Promise<{ messages: Message[]; more: boolean }>;
}

/** Close code: this site may not show the chat. */
const NOT_HERE = 4403;
const IN_FLIGHT = 5;
const TYPING_EVERY = 3_000;
const TYPING_LASTS = 6_000;
const EMPTY: Kept = { seen: 0, prechat: false, outbox: [] };

/** One visitor's side of the conversation: what is known, what is on its way, what is shown. */
export class Session {
  view: View = {
    online: false,
    begun: false,
    messages: [],
    more: false,
    typing: null,
    prechat: false,
    identified: false,
    refused: false,
    open: false,
  };

  private kept: Kept = EMPTY;
  private readonly link: Link;
  private readonly watchers = new Set<() => void>();
  private readonly flying = new Set<string>();
  private identity: Identity | undefined;
  private proving = false;
  private position = 0;
  private typedAt = 0;
  private typingEnds: ReturnType<typeof setTimeout> | undefined;
  private told = -1;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly key: string,
    private readonly around: Surroundings,
    private locale: Locale,
    private page: Page,
  ) {
    this.link = new Link(() => around.socket(), {
      open: () => this.greet(),
      frame: (frame) => this.hear(frame as FromServer),
      lost: (code) => this.lost(code),
    });
  }

  get token(): string {
    return this.kept.token ?? "";
  }

  start(state: unknown, identity?: Identity): void {
    this.kept = { ...EMPTY, ...(state as Partial<Kept> | null) };
    this.identity = identity;
    this.show({ prechat: this.kept.prechat, messages: merge([], this.kept.outbox.flatMap(shown)) });
    this.link.start();
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  // --- what the visitor does

  write(text: string, files: FileRef[] = []): void {
    const kind = files[0] ? kindOf(files[0].mime) : "text";
    const pending: Pending = { t: "message", cid: this.around.cid(), text, kind };
    if (files.length) pending.upload_ids = files.map((file) => file.id);
    this.put(pending, files);
    this.typedAt = 0;
  }

  choose(message: Message, choice: Choice): void {
    this.put({ t: "action", cid: this.around.cid(), ref: message.id ?? "", action_id: choice.id, value: choice.title });
  }

  answer(fields: Record<string, string>): void {
    this.kept = { ...this.kept, prechat: true };
    this.show({ prechat: true });
    this.put({ t: "prechat", cid: this.around.cid(), fields });
  }

  retry(message: Message): void {
    this.show({ messages: this.view.messages.filter((one) => one.cid !== message.cid) });
    this.write(message.text, message.files);
  }

  typing(on: boolean): void {
    const now = Date.now();
    if (!this.view.online || (on ? now - this.typedAt < TYPING_EVERY : !this.typedAt)) return;
    this.typedAt = on ? now : 0;
    this.link.send({ t: "typing", on });
  }

  async older(): Promise<void> {
    const first = this.view.messages.find((message) => message.order > 0);
    if (!first || !this.view.more) return;
    const { messages, more } = await this.around.history(first.order, this.token);
    this.show({ messages: merge(this.view.messages, messages), more });
  }

  // --- what the page around us does

  opened(open: boolean): void {
    this.show({ open });
    this.look();
  }

  moved(page: Page): void {
    this.page = page;
    if (this.view.online) this.link.send({ t: "page", page });
  }

  speak(locale: Locale): void {
    this.locale = locale;
  }

  identify(identity: Identity): void {
    this.identity = identity;
    if (this.view.online) this.prove();
  }

  /** The page signed its customer out: nothing of this conversation stays here. */
  logout(): void {
    this.link.send({ t: "logout" });
    this.identity = undefined;
    this.forget();
    this.link.restart();
  }

  /** Another tab of the site has another session now. */
  changed(state: unknown): void {
    const kept = state as Partial<Kept> | null;
    if (kept?.token === this.kept.token) return;
    this.forget(kept ?? {});
    this.link.restart();
  }

  wake(): void {
    this.link.wake();
  }

  stop(): void {
    this.link.stop();
  }

  /** Something that is of this moment alone: not kept, and lost when there is no line. */
  say(frame: object): void {
    if (this.view.online) this.link.send(frame);
  }

  /** Tell the server what has been seen, once it really has been. */
  look(): void {
    const last = lastOfTheirs(this.view.messages);
    if (this.view.open && last && last.order > this.kept.seen && shownNow()) {
      this.keep({ seen: last.order });
      this.link.send({ t: "read", target: last.id });
    }
    this.count();
  }

  // --- what the server says

  private greet(): void {
    this.flying.clear();
    this.proving = false;
    const hello = { t: "hello", v: 1, site: this.key, locale: this.locale, page: this.page };
    this.link.send({ ...hello, ...(this.kept.token ? { token: this.kept.token, after: this.position } : {}) });
  }

  private lost(code: number): void {
    this.show({ online: false, begun: true, typing: null });
    if (code !== NOT_HERE) return;
    this.link.stop();
    this.show({ refused: true });
  }

  private hear(frame: FromServer): void {
    switch (frame.t) {
      case "ready":
        return this.begin(frame);
      case "ack":
        return this.acknowledged(frame);
      case "message":
        return this.arrived(frame.message, frame.position);
      case "seen":
        return this.show({
          messages: this.view.messages.map((one) =>
            one.from === "me" && one.order > 0 && one.order <= frame.order ? { ...one, status: higher(one.status, "read") } : one,
          ),
        });
      case "typing":
        return this.theyType(frame.on ? (frame.author ?? "") : null);
      case "error":
        return this.refused(frame);
    }
  }

  private begin(frame: FromServer & { t: "ready" }): void {
    this.link.settled();
    if (frame.fresh) {
      this.show({ messages: this.kept.outbox.flatMap(shown) });
      this.keep({ seen: 0 });
    }
    if (frame.token) this.keep({ token: frame.token });
    this.position = frame.position;
    const told = frame.messages ?? [];
    // A whole page that does not reach back to what we have: what lies between is read again from the server.
    const gap = frame.more && !told.some((message) => this.view.messages.some((one) => one.id === message.id));
    this.show({
      online: true,
      begun: true,
      refused: false,
      identified: frame.identified,
      more: frame.more ?? this.view.more,
      messages: merge(gap ? this.view.messages.filter((one) => !one.order) : this.view.messages, told),
    });
    this.got(told);
    if (this.proving) {
      this.proving = false;
      this.identity = undefined; // The token carries it from here on.
      this.around.tell({ t: "identified", ok: frame.identified });
    } else if (this.identity) this.prove();
    this.look();
    this.flush();
  }

  /** Tell the server that these have reached the browser. */
  private got(messages: Message[]): void {
    const targets = messages.flatMap((one) => (one.from === "us" && one.status === "sent" && one.id ? one.id : []));
    if (targets.length) this.link.send({ t: "received", targets });
  }

  private prove(): void {
    this.proving = true;
    this.link.send({ ...this.identity, t: "identify" });
  }

  private acknowledged(frame: FromServer & { t: "ack" }): void {
    this.flying.delete(frame.cid);
    if (frame.id) this.around.tell({ t: "message", from: "me" });
    this.keep({ outbox: this.kept.outbox.filter((one) => one.cid !== frame.cid) });
    this.show({
      messages: merge(
        this.view.messages.map((one) =>
          one.cid === frame.cid
            ? { ...one, id: frame.id ?? one.id, at: frame.at ?? one.at, order: frame.order ?? one.order, status: higher(one.status, "sent") }
            : one,
        ),
        [],
      ),
    });
    this.flush();
  }

  private arrived(message: Message, position: number): void {
    this.position = Math.max(this.position, position);
    const known = this.view.messages.some((one) => one.id === message.id);
    this.show({ messages: merge(this.view.messages, [message]) });
    if (message.from === "us" && !known) {
      this.theyType(null);
      if (!this.view.open || !shownNow()) this.around.ring();
      this.around.tell({ t: "message", from: "us" });
    }
    this.got([message]);
    this.look();
  }

  private refused(frame: FromServer & { t: "error" }): void {
    if (frame.code === "slow_down") {
      this.flying.clear();
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        this.waiting = undefined;
        this.flush();
      }, (frame.retry_after ?? 10) * 1000);
      return;
    }
    if (frame.code === "bad_identity") {
      this.proving = false;
      this.identity = undefined;
      this.around.tell({ t: "identified", ok: false });
      this.flush();
    } else if (frame.cid) {
      this.flying.delete(frame.cid);
      this.keep({ outbox: this.kept.outbox.filter((one) => one.cid !== frame.cid) });
      this.show({
        messages: this.view.messages.map((one) => (one.cid === frame.cid ? { ...one, status: "failed", failure: frame.code } : one)),
      });
      this.flush();
    }
  }

  private theyType(author: string | null): void {
    clearTimeout(this.typingEnds);
    if (author !== null) this.typingEnds = setTimeout(() => this.show({ typing: null }), TYPING_LASTS);
    this.show({ typing: author });
  }

  // --- what is on its way

  private put(pending: Pending, files: FileRef[] = []): void {
    this.keep({ outbox: [...this.kept.outbox, pending] });
    this.show({ messages: [...this.view.messages, ...shown(pending).map((one) => ({ ...one, files }))] });
    this.flush();
  }

  /** A few at a time and in order; nothing before a sign-in that is still being proved. */
  private flush(): void {
    if (!this.view.online || this.proving || this.waiting) return;
    for (const pending of this.kept.outbox) {
      if (this.flying.size >= IN_FLIGHT) return;
      if (this.flying.has(pending.cid)) continue;
      this.flying.add(pending.cid);
      this.link.send(pending);
    }
  }

  private forget(kept: Partial<Kept> = {}): void {
    this.kept = { ...EMPTY, ...kept };
    this.position = 0;
    this.proving = false;
    this.flying.clear();
    this.show({ online: false, identified: false, more: false, prechat: this.kept.prechat, messages: this.kept.outbox.flatMap(shown) });
    this.count();
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.around.tell({ t: "save", state: this.kept });
  }

  private count(): void {
    const count = this.view.open ? 0 : unread(this.view.messages, this.kept.seen);
    if (count !== this.told) this.around.tell({ t: "unread", count: (this.told = count) });
  }

  private show(change: Partial<View>): void {
    this.view = { ...this.view, ...change };
    this.watchers.forEach((watcher) => watcher());
  }
}

export function kindOf(mime: string): string {
  const kind = mime.split("/")[0] ?? "";
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}

/** How something on its way looks in the thread. */
function shown(pending: Pending): Message[] {
  if (pending.t === "prechat") return [];
  const text = pending.t === "action" ? pending.value : pending.text;
  const kind = pending.t === "action" ? "interactive_reply" : pending.kind;
  const at = new Date().toISOString();
  return [{ cid: pending.cid, from: "me", kind, text, files: [], at, status: "queued", order: 0 }];
}

/** Whether somebody may be looking; an app without pages says so by `opened` alone. */
function shownNow(): boolean {
  return typeof document === "undefined" || document.visibilityState === "visible";
}
