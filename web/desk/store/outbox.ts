/**
 * Messages on their way out. Each gets a client id before it leaves, so that a double click, a retry after a lost
 * answer and the live socket's copy are all the same message.
 */
import type { Writing } from "../../api/desk";
import { Problem } from "../../api/problem";
import type { Attachment, Author, ConnectionRef, Message } from "../../api/shapes";
import { localId, type Threads } from "./threads";

export interface Sending {
  conversation: string;
  writing: Omit<Writing, "client_id">;
  author: Author;
  connection: ConnectionRef | null;
  attachments: Attachment[];
  replyTo?: Message["reply_to"];
}

export class Outbox {
  private readonly waiting = new Map<string, { conversation: string; writing: Writing; shown: Message }>();
  /** Of those, what failed only because the server could not be reached. */
  private readonly stranded = new Set<string>();

  constructor(
    private readonly threads: Threads,
    private readonly write: (conversation: string, writing: Writing) => Promise<Message>,
    private readonly show: () => void,
    private readonly newId: () => string = () => crypto.randomUUID(),
    private readonly now: () => Date = () => new Date(),
  ) {}

  send(sending: Sending): Promise<Message | undefined> {
    const writing: Writing = { ...sending.writing, client_id: this.newId() };
    const shown = this.draw(sending, writing);
    this.waiting.set(shown.id, { conversation: sending.conversation, writing, shown });
    return this.deliver(shown.id);
  }

  /** Whether this message never reached the server, so that trying again means writing it again. */
  holds(id: string): boolean {
    return this.waiting.has(id);
  }

  retry(id: string): Promise<Message | undefined> {
    return this.deliver(id);
  }

  /** The server is there again: sends, in order, what waited only for it. */
  async resend() {
    for (const id of [...this.stranded]) await this.deliver(id);
  }

  discard(id: string) {
    const entry = this.waiting.get(id);
    this.waiting.delete(id);
    this.stranded.delete(id);
    if (entry) this.threads.remove(entry.shown);
    this.show();
  }

  private async deliver(id: string): Promise<Message | undefined> {
    const entry = this.waiting.get(id);
    if (!entry) return undefined;
    this.stranded.delete(id);
    this.threads.upsert(entry.shown);
    this.show();
    try {
      const message = await this.write(entry.conversation, entry.writing);
      this.waiting.delete(id);
      this.threads.upsert(message);
      return message;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.status) this.stranded.add(id);
      this.threads.upsert({
        ...entry.shown,
        status: "failed",
        failure: {
          reason: error.status ? error.type : "offline",
          code: String(error.status),
          detail: error.status ? error.detail || error.title : "",
          at: this.now().toISOString(),
          retryable: true,
        },
      });
      return undefined;
    } finally {
      this.show();
    }
  }

  private draw({ conversation, author, connection, attachments, replyTo }: Sending, writing: Writing): Message {
    const at = this.now().toISOString();
    return {
      id: localId(writing.client_id),
      conversation,
      position: Number.MAX_SAFE_INTEGER,
      direction: writing.kind === "note" ? "note" : "out",
      kind: writing.template ? "template" : "text",
      text: writing.text,
      html: null,
      quoted: null,
      subject: writing.subject ?? "",
      attachments,
      connection,
      author,
      identity: null,
      status: writing.kind === "note" ? null : "queued",
      failure: null,
      received_at: at,
      at,
      reply_to: replyTo ?? null,
      reactions: [],
      edits: [],
      edited_at: null,
      deleted_at: null,
      client_id: writing.client_id,
      warnings: [],
      extra: {},
    };
  }
}
