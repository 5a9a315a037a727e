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
  cid?: string;
  from: "us" | "me";
  author?: string;
  kind: string;
  text: string;
  files: FileRef[];
  interactive?: Interactive;
  reply_to?: string;
  at: string;
  status: Status;
  failure?: string;
  position: number;
  deleted?: boolean;
}

export type FromServer =
  | {
      t: "ready";
      visitor: string;
      token?: string;
      identified: boolean;
      position: number;
      messages?: Message[];
      more?: boolean;
      fresh?: boolean;
    }
  | { t: "ack"; cid: string; id?: string; position?: number; at?: string }
  | { t: "message"; message: Message; position: number }
  | { t: "status"; id: string; status: Status; position: number }
  | { t: "typing"; on: boolean; author?: string }
  | { t: "error"; code: string; cid?: string; retry_after?: number }
  | { t: "pong" };

/** What waits for its `ack`, in order; re-sent after a reconnect under the same `cid`. */
export type Pending =
  | { t: "message"; cid: string; text: string; kind: string; upload_ids?: string[] }
  | { t: "action"; cid: string; ref: string; action_id: string; value: string }
  | { t: "prechat"; cid: string; fields: Record<string, string> };
