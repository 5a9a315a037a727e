import type { Locale } from "./settings";

/** What loader and frame tell each other by postMessage, always to an exact origin, always marked `sambung: 1`. */
export interface Identity {
  external_id?: string;
  hash?: string;
  jwt?: string;
  name?: string;
  email?: string;
  phone?: string;
}

export interface Page {
  url: string;
  title: string;
  referrer: string;
}

/** Loader → frame. `state` is what an earlier frame asked to keep, `text` the colour that reads on the brand's. */
export type ToFrame =
  | { t: "init"; state: unknown; locale: Locale; text: string; open: boolean; page: Page; identity?: Identity }
  | { t: "open"; open: boolean }
  | { t: "page"; page: Page }
  | { t: "locale"; locale: Locale }
  | { t: "identify"; identity: Identity }
  | { t: "state"; state: unknown }
  | { t: "logout" };

/** Frame → loader. */
export type ToHost =
  | { t: "ready" }
  | { t: "save"; state: unknown }
  | { t: "unread"; count: number }
  | { t: "message"; from: "us" | "me" }
  | { t: "identified"; ok: boolean }
  | { t: "close" };

export type Marked<Message> = Message & { sambung: 1 };
