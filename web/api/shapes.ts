/** What the server sends, as docs/http.md says. Ids are UUIDs, times RFC 3339 in UTC. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

// --- people -----------------------------------------------------------------------------------

export type Role = "agent" | "supervisor" | "admin";

export interface Ref {
  id: string;
  name: string;
}

export interface User {
  id: string;
  name: string;
  email: string;
  role: Role;
  language: "id" | "en";
  status: "active" | "disabled";
  permissions?: string[];
  created_at: string;
}

export interface Session {
  csrf: string;
  user: User & { permissions: string[] };
  account: { id: string; name: string; timezone: string; language: "id" | "en" };
}

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  created_at: string;
  last_used_at: string | null;
  /** Only in the answer to its creation. */
  key?: string;
}

export interface Author {
  type: "customer" | "user" | "bot" | "system" | "native_app" | "api_key";
  id: string | null;
  name: string;
}

// --- connections ------------------------------------------------------------------------------

export interface Capabilities {
  longest_text: number;
  window_seconds: number | null;
  media: { kind: MessageKind; mimes: string[]; largest: number }[];
  attachments_per_message: number;
  caption: boolean;
  html: boolean;
  subject: boolean;
  templates: boolean;
  reply_to: boolean;
  reactions: boolean;
  typing: boolean;
  read_receipts: boolean;
  can_start: boolean;
}

export interface Channel {
  name: string;
  title: { en: string; id: string };
  transport: "webhook" | "mail" | "socket" | "none";
  schema: Schema;
  capabilities: Capabilities;
  quality: Record<string, string>;
}

/** The part of JSON Schema that pydantic writes for a connection's settings. */
export interface Schema {
  type?: string;
  format?: string;
  writeOnly?: boolean;
  title?: string;
  title_id?: string;
  description?: string;
  description_id?: string;
  default?: unknown;
  const?: unknown;
  enum?: (string | number)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export interface ConnectionRef {
  id: string;
  channel: string;
  name: string;
}

export interface Connection extends ConnectionRef {
  config: Record<string, unknown>;
  status: "active" | "stopped" | "disabled";
  health: "ok" | "warning" | "stopped";
  problem: { reason: string; code: string; detail: string; at: string } | null;
  address: string;
  hook_url: string | null;
  last_in_at: string | null;
  last_out_at: string | null;
  created_at: string;
}

/** Why a connection that runs wants a look. */
export type Concern = "problem" | "failing" | "waiting" | "unrecorded" | "notice" | "token" | "check";

export interface Notice {
  id: string;
  what: string;
  detail: Record<string, unknown>;
  alert: boolean;
  at: string;
}

export interface Health {
  health: Connection["health"];
  warnings: Concern[];
  problem: Connection["problem"];
  last_in_at: string | null;
  last_out_at: string | null;
  sent_24h: number;
  failed_24h: number;
  /** 0 to 1. */
  error_rate: number;
  waiting: number;
  oldest_waiting_at: string | null;
  unrecorded: number;
  notices: Notice[];
  token_expires_at: string | null;
  quota: Record<string, unknown> | null;
  webhook_checked_at: string | null;
  webhook_check: string | null;
}

export interface Job {
  id: string;
  kind: string;
  state: "dead" | "waiting";
  attempts: number;
  max_attempts: number;
  run_at: string;
  died_at: string | null;
  failure: string | null;
  conversation: string | null;
  connection: string | null;
}

/** What a provider sent and could not be recorded. */
export interface Unrecorded {
  id: string;
  connection: string;
  kind: string;
  item: Record<string, unknown>;
  error: string;
  at: string;
}

export interface Template {
  name: string;
  language: string;
  category: string;
  status: string;
  header: string | null;
  body: string;
  footer: string | null;
  buttons: unknown[];
  variables: number;
}

// --- customers --------------------------------------------------------------------------------

export interface Identity {
  id: string;
  kind: string;
  value: string;
  scope: string;
  level: "verified" | "claimed";
  added_at: string;
  last_at: string | null;
  /** A code: provider, stated, agent, claimed_phone … */
  evidence: string | null;
}

export interface Evidence {
  what: string;
  value: string;
  weight: number;
}

export interface Merge {
  id: string;
  survivor: string;
  absorbed: Ref;
  reason: string;
  evidence: Evidence[] | null;
  by: Author | null;
  at: string;
  undone_at: string | null;
  undone_by: Author | null;
}

export interface CustomerSummary {
  id: string;
  name: string;
  language: string | null;
  notes: string;
  created_at: string;
  last_at: string | null;
  identities?: Identity[];
}

export interface Customer extends CustomerSummary {
  identities: Identity[];
  merges: Merge[];
  consents: { purpose: string; granted: boolean; at: string }[];
}

export interface Suggestion {
  id: string;
  other: CustomerSummary;
  /** 0–1 */
  score: number;
  evidence: Evidence[];
  made_at: string;
}

export interface TimelineItem {
  at: string;
  type: "message" | "conversation" | "identity" | "merge" | "consent" | "call";
  /** A name or subject, never a sentence: `type` and `data.what` are worded here. */
  title: string;
  text: string;
  conversation: string | null;
  connection: ConnectionRef | null;
  data: Record<string, unknown>;
}

// --- conversations ----------------------------------------------------------------------------

export type Status = "open" | "snoozed" | "closed";
export type Priority = "none" | "low" | "high" | "urgent";

export interface Conversation {
  id: string;
  customer: Ref;
  status: Status;
  assignee: Ref | null;
  priority: Priority;
  labels: string[];
  subject: string;
  opened_at: string;
  last_at: string;
  /** Of its last message. */
  position: number;
  /** Messages the caller has not read. Events do not carry it: see store/unread. */
  unread: number;
  last_message: LastMessage | null;
  connections: ConnectionRef[];
  waiting_since: string | null;
  failed: boolean;
  snooze: { until: string; by: Author | Ref | null; at: string } | null;
  closure: { by: Author | Ref | null; at: string } | null;
}

export interface LastMessage {
  id: string;
  direction: Direction;
  kind: MessageKind;
  text: string;
  author: Author;
  at: string;
  status: MessageStatus | null;
  connection_id: string | null;
}

export interface Counts {
  mine: number;
  unassigned: number;
  open: number;
  snoozed: number;
  unread: number;
}

export interface Label {
  name: string;
  colour: string | null;
  used: number;
}

export interface Reach {
  /** `usable` with `template_only` or `unverified`: with that restraint. */
  connection: ConnectionRef;
  identity: { id: string; kind: string; value: string; level: "verified" | "claimed" };
  usable: boolean;
  reason:
    | null
    | "window_closed"
    | "template_only"
    | "opted_out"
    | "connection_stopped"
    | "unreachable"
    | "unverified";
  window_ends_at: string | null;
  templates: boolean;
  default: boolean;
  capabilities: Capabilities;
}

// --- messages ---------------------------------------------------------------------------------

export type Direction = "in" | "out" | "note";
export type MessageKind =
  | "text"
  | "image"
  | "audio"
  | "voice"
  | "video"
  | "document"
  | "sticker"
  | "location"
  | "contacts"
  | "interactive_reply"
  | "order"
  | "email"
  | "call"
  | "context"
  | "template"
  | "interactive"
  | "unsupported";
export type MessageStatus = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown";

export interface Attachment {
  id: string;
  name: string;
  mime: string;
  kind: string;
  size: number | null;
  /** Signed; absent until stored. */
  url: string | null;
  thumbnail_url: string | null;
  /** Of a sound that some browser cannot play: one that all can. */
  playable_url?: string | null;
  state: "pending" | "stored" | "failed" | "expired";
  failure?: string | null;
  inline: boolean;
  content_id: string | null;
  voice: boolean;
}

export interface Failure {
  reason: string;
  code: string;
  detail: string;
  at: string;
  retryable: boolean;
}

export interface Message {
  id: string;
  conversation: string;
  position: number;
  direction: Direction;
  kind: MessageKind;
  text: string;
  html: string | null;
  quoted: string | null;
  subject: string;
  attachments: Attachment[];
  connection: ConnectionRef | null;
  author: Author;
  identity: { kind: string; value: string } | null;
  status: MessageStatus | null;
  failure: Failure | null;
  received_at: string;
  /** Sorts the thread: the provider's time where it gives one. */
  at: string;
  reply_to: { id: string; text: string; author: Author } | null;
  reactions: { emoji: string; by: "customer" | "business" }[];
  edits: { text: string; at: string }[];
  edited_at: string | null;
  deleted_at: string | null;
  client_id: string | null;
  warnings: string[];
  extra: Record<string, unknown>;
}

export interface Draft {
  text: string;
  connection: string | null;
  updated_at?: string;
}

export type Mode = "reply" | "note";

export interface StoredFile {
  id: string;
  name: string;
  mime: string;
  size: number;
  url: string;
}

export interface Found {
  kind: "customers" | "messages";
  customer: CustomerSummary | null;
  message: Message | null;
  conversation: Conversation | null;
  /** Plain text, matches between \u0001 and \u0002. */
  snippet: string;
  at: string;
}
