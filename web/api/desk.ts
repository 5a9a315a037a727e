/** Every call the desk makes, by noun. */
import { http, type Query } from "./http";
import type {
  ApiKey,
  Channel,
  Connection,
  Conversation,
  Counts,
  Customer,
  CustomerSummary,
  Draft,
  Found,
  Health,
  Job,
  Label,
  Merge,
  Message,
  Mode,
  Page,
  Priority,
  Reach,
  Role,
  Session,
  Suggestion,
  Template,
  TimelineItem,
  Unrecorded,
  User,
} from "./shapes";

export const session = {
  get: () => http.get<Session>("/session"),
  open: (email: string, password: string, otp?: string) =>
    http.post<Session>("/session", { email, password, ...(otp ? { otp } : {}) }),
  close: () => http.delete("/session"),
  changeUser: (change: { name?: string; language?: string }) => http.patch<User>("/session/user", change),
  changePassword: (current: string, replacement: string) =>
    http.put<void>("/session/password", { current, new: replacement }),
};

export const users = {
  list: () => http.get<Page<User>>("/users", { limit: 200 }),
  add: (user: { email: string; name: string; role: Role; password: string }) => http.post<User>("/users", user),
  change: (id: string, change: { name?: string; role?: Role; status?: User["status"]; password?: string }) =>
    http.patch<User>(`/users/${id}`, change),
};

export const apiKeys = {
  list: () => http.get<Page<ApiKey>>("/api-keys", { limit: 200 }),
  add: (name: string, role: Role) => http.post<ApiKey>("/api-keys", { name, role }),
  remove: (id: string) => http.delete(`/api-keys/${id}`),
};

export const channels = { list: () => http.get<Page<Channel>>("/channels") };

export const connections = {
  list: () => http.get<Page<Connection>>("/connections", { limit: 200 }),
  add: (given: { channel: string; name: string; config: unknown }) => http.post<Connection>("/connections", given),
  change: (id: string, change: { name?: string; config?: unknown; status?: "active" | "disabled" }) =>
    http.patch<Connection>(`/connections/${id}`, change),
  remove: (id: string) => http.delete(`/connections/${id}`),
  check: (id: string) => http.post<{ ok: boolean; message: string }>(`/connections/${id}/checks`),
  templates: (id: string) => http.get<Page<Template>>(`/connections/${id}/templates`),
  health: (id: string) => http.get<Health>(`/connections/${id}/health`),
  unrecorded: (id: string) => http.get<Page<Unrecorded>>(`/connections/${id}/unrecorded`),
};

export const unrecorded = {
  replay: (id: string) => http.post(`/unrecorded/${id}/replays`),
  remove: (id: string) => http.delete(`/unrecorded/${id}`),
};

export const jobs = {
  list: (state: Job["state"], cursor?: string | null) => http.get<Page<Job>>("/jobs", { state, cursor }),
  replay: (id: string) => http.post(`/jobs/${id}/replays`),
  remove: (id: string) => http.delete(`/jobs/${id}`),
};

export const customers = {
  list: (q: string) => http.get<Page<CustomerSummary>>("/customers", { q, limit: 20 }),
  get: (id: string) => http.get<Customer>(`/customers/${id}`),
  add: (given: { name: string; identities?: { kind: string; value: string }[] }) =>
    http.post<Customer>("/customers", given),
  change: (id: string, change: { name?: string; notes?: string }) => http.patch<Customer>(`/customers/${id}`, change),
  addIdentity: (id: string, kind: string, value: string) => http.post(`/customers/${id}/identities`, { kind, value }),
  removeIdentity: (id: string, identity: string) => http.delete(`/customers/${id}/identities/${identity}`),
  reach: (id: string) => http.get<Page<Reach>>(`/customers/${id}/channels`),
  suggestions: (id: string) => http.get<Page<Suggestion>>(`/customers/${id}/suggestions`),
  dismiss: (id: string, suggestion: string) => http.delete(`/customers/${id}/suggestions/${suggestion}`),
  merge: (id: string, other: string, reason: string) =>
    http.post<Merge>(`/customers/${id}/merges`, { other, reason }),
  unmerge: (merge: string) => http.delete(`/merges/${merge}`),
  timeline: (id: string, cursor?: string | null, limit = 50) =>
    http.get<Page<TimelineItem>>(`/customers/${id}/timeline`, { cursor, limit }),
};

export type BulkAction = "close" | "reopen" | "assign" | "label" | "snooze";

/** These, or all that a list shows, read or not. */
export type Chosen = { ids: string[] } | { filter: Query };

export const conversations = {
  list: (query: Query) => http.get<Page<Conversation>>("/conversations", query),
  counts: () => http.get<Counts>("/conversations/counts"),
  get: (id: string) => http.get<Conversation>(`/conversations/${id}`),
  start: (given: {
    customer: string;
    connection: string;
    text: string;
    subject?: string;
    template?: TemplateUse;
    client_id: string;
  }) => http.post<Conversation>("/conversations", given),
  messages: (id: string, cursor?: string | null) =>
    http.get<Page<Message>>(`/conversations/${id}/messages`, { cursor, limit: 50 }),
  write: (id: string, message: Writing) => http.post<Message>(`/conversations/${id}/messages`, message),
  reach: (id: string) => http.get<Page<Reach>>(`/conversations/${id}/channels`),
  assign: (id: string, assignee: string | null) =>
    assignee
      ? http.put<Conversation>(`/conversations/${id}/assignment`, { assignee })
      : http.delete<Conversation>(`/conversations/${id}/assignment`),
  close: (id: string) => http.put<Conversation>(`/conversations/${id}/closure`),
  reopen: (id: string) => http.delete<Conversation>(`/conversations/${id}/closure`),
  snooze: (id: string, until: string) => http.put<Conversation>(`/conversations/${id}/snooze`, { until }),
  wake: (id: string) => http.delete<Conversation>(`/conversations/${id}/snooze`),
  label: (id: string, labels: string[]) => http.put<Conversation>(`/conversations/${id}/labels`, { labels }),
  prioritise: (id: string, priority: Priority) =>
    http.put<Conversation>(`/conversations/${id}/priority`, { priority }),
  read: (id: string, position: number) => http.put<void>(`/conversations/${id}/read`, { position }),
  drafts: (id: string) => http.get<Record<Mode, Draft | null>>(`/conversations/${id}/drafts`),
  keepDraft: (id: string, mode: Mode, draft: Draft) => http.put<void>(`/conversations/${id}/drafts/${mode}`, draft),
  dropDraft: (id: string, mode: Mode) => http.delete(`/conversations/${id}/drafts/${mode}`),
  bulk: (chosen: Chosen, action: BulkAction, value?: unknown) =>
    http.post<{ changed: number; undo: string }>("/bulk/conversations", { ...chosen, action, value }),
  merge: (id: string, other: string) =>
    http.post<{ id: string; conversation: Conversation }>(`/conversations/${id}/merges`, { other }),
  split: (id: string, merge: string) => http.delete(`/conversations/${id}/merges/${merge}`),
  undo: (token: string) => http.post("/bulk/undo", { token }),
};

export interface TemplateUse {
  name: string;
  language: string;
  variables: string[];
}

export interface Writing {
  text: string;
  kind: Mode;
  connection?: string;
  identity?: string;
  attachments?: string[];
  template?: TemplateUse;
  reply_to?: string;
  subject?: string;
  /** Ids of the colleagues whom a note names. */
  mentions?: string[];
  client_id: string;
}

export const messages = {
  retry: (id: string) => http.post<Message>(`/messages/${id}/retries`),
  react: (id: string, emoji: string) =>
    emoji ? http.put(`/messages/${id}/reaction`, { emoji }) : http.delete(`/messages/${id}/reaction`),
};

export const labels = {
  list: () => http.get<Page<Label>>("/labels"),
  add: (name: string) => http.post<Label>("/labels", { name }),
};

export const search = (q: string, kind?: "customers" | "messages", cursor?: string | null) =>
  http.get<Page<Found>>("/search", { q, kind, cursor });
