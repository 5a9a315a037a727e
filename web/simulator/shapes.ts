/** What the simulator's API says; see src/sambung/simulator/api.py. */
export interface Person {
  id: string;
  name: string;
  language: "id" | "en";
  about: { id?: string; en?: string };
  phone: string;
  bsuid: string;
  username: string;
  hides_phone: boolean;
  email: string;
  member: string;
  /** Their account by chat app; an app that is not here they do not use. */
  accounts: Record<string, string>;
}

type Text = { id: string; en: string };

/** An app on the phone; see StandIn in src/sambung/simulator/standin.py. */
export interface AppSheet {
  name: string;
  title: Text;
  colour: string;
  mark: string;
  /** Errors that can be asked for, by code. */
  codes: Record<string, Text>;
}

export interface ChatSheet extends AppSheet {
  kinds: string[];
  can: string[];
  acts: Record<string, Text>;
  /** Seconds. */
  window: number | null;
}

export interface Button {
  type?: string;
  text: string;
  payload: string;
}

export interface Interactive {
  type: string;
  header?: { type: string; text?: string };
  body?: { text: string };
  footer?: { text: string };
  action?: {
    name?: string;
    button?: string;
    buttons?: { reply: { id: string; title: string } }[];
    sections?: { title?: string; rows: { id: string; title: string; description?: string }[] }[];
    parameters?: { display_text?: string; url?: string };
  };
}

export interface Content {
  body?: string;
  id?: string;
  link?: string;
  caption?: string;
  filename?: string;
  mime_type?: string;
  voice?: boolean;
  latitude?: number;
  longitude?: number;
  name?: string;
  address?: string;
  text?: string;
  header?: string;
  footer?: string;
  buttons?: Button[];
  media?: { kind: string; link?: string; id?: string };
  contacts?: { name: { formatted_name: string }; phones?: { phone: string }[] }[];
  button_reply?: { title: string };
  list_reply?: { title: string; description?: string };
}

export type State = "sending" | "sent" | "delivered" | "read" | "failed";

export interface Bubble {
  id: string;
  app: string;
  person: string;
  number: string;
  mine: boolean;
  kind: string;
  content: Content & Interactive;
  at: string;
  state: State;
  quotes: string;
  buttons: { id?: string; text: string; url?: string }[];
  reactions: { customer?: string; business?: string };
  edited: boolean;
  revoked: boolean;
  error: string;
}

export interface Mail {
  id: string;
  person: string;
  mine: boolean;
  state: "sending" | "sent" | "failed" | "new" | "read";
  at: string;
  from: { name: string; address: string };
  to: string;
  subject: string;
  text: string;
  html: string;
  message_id: string;
  in_reply_to: string;
  references: string[];
  attachments: { index: number; name: string; mime: string }[];
}

export interface Faults {
  duplicate: number;
  shuffle: number;
  delay: number;
  drop: number;
  late: boolean;
  silence: number;
  errors: string[];
  silent: number;
}

export interface Town {
  people: Person[];
  business: string;
  office: { name: string; address: string };
  shop: string | null;
  chats: ChatSheet[];
  mail: AppSheet;
  /** By app. */
  faults: Record<string, Faults>;
}

export type Change =
  | { what: "bubble"; person: string; bubble: Bubble }
  | { what: "mail"; person: string; mail: Mail }
  | { what: "typing"; person: string; app: string }
  | { what: "person"; person: string }
  | { what: "faults"; faults: Town["faults"] }
  | { what: "reload" };
