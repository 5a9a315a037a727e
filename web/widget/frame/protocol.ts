/** The frames of docs/channels: what travels between this widget and the gateway. */
export interface FileRef {
  id: string;
  name: string;
  mime: string;
  size: number;
  url?: string;
}

export interface Choice {
  id: string;
  title: string;
  description?: string;
  url?: string;
}

export interface Interactive {
  type?: string;
  body?: string;
  buttons?: Choice[];
  sections?: { title?: string; rows: Choice[] }[];
}

export type Status = "queued" | "sent" | "delivered" | "read" | "failed";

export interface Message {
  id?: string;
  cid?: string | null;
  from: "us" | "me";
  author?: string;
  kind: string;
  text: string;
  files: FileRef[];
  interactive?: Interactive | null;
  reply_to?: string;
  at: string;
  status: Status;
  failure?: string;
  /** Where it stands in the thread: greater is later; 0 while on its way. */
  order: number;
  deleted?: boolean;
}

export type FromServer =
  | {
      t: "ready";
      visitor: string;
      token?: string | null;
      identified: boolean;
      position: number;
      messages?: Message[];
      more?: boolean | null;
      fresh?: boolean;
    }
  | { t: "ack"; cid: string; id?: string; order?: number; at?: string }
  | { t: "message"; message: Message; position: number }
  | { t: "seen"; order: number }
  | { t: "typing"; on: boolean; author?: string }
  | { t: "error"; code: string; cid?: string; retry_after?: number }
  | { t: "pong" };

/** What waits for its `ack`, in order; re-sent after a reconnect under the same `cid`. */
export type Pending =
  | { t: "message"; cid: string; text: string; kind: string; upload_ids?: string[] }
  | { t: "action"; cid: string; ref: string; action_id: string; value: string }
  | { t: "prechat"; cid: string; fields: Record<string, string> };
