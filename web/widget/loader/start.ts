import type { Identity, Marked, Page, ToFrame, ToHost } from "../bridge";
import type { Locale, Settings } from "../settings";
import { textOn } from "./contrast";
import { css } from "./style";

type Call = [string, ...unknown[]];
type Handler = (detail: unknown) => void;

declare global {
  interface Window {
    Sambung?: Call[] | Api;
  }
}

const WORDS = {
  id: { open: "Buka obrolan", close: "Tutup obrolan", frame: "Obrolan", unread: "pesan belum dibaca" },
  en: { open: "Open chat", close: "Close chat", frame: "Chat", unread: "unread messages" },
};

const ICONS =
  '<svg class="c" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.2 3.6a.5.5 0 0 1-.8-.4V16A2.5 2.5 0 0 1 4 13.5z"/><path d="M8.5 8.6h7M8.5 11.6h4.5"/></svg>' +
  '<svg class="x" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m6 9.5 6 6 6-6"/></svg>';

/** What pages may call: `Sambung.open()`, or before it is loaded `(window.Sambung ||= []).push(["open"])`. */
export interface Api {
  open(): void;
  close(): void;
  toggle(): void;
  show(): void;
  hide(): void;
  identify(identity: Identity): void;
  setUser(identity: Identity): void;
  logout(): void;
  setLocale(locale: string): void;
  on(event: string, handler: Handler): () => void;
  push(call: Call): void;
}

const asLocale = (given: string | undefined, otherwise: Locale): Locale => {
  const short = (given ?? "").slice(0, 2).toLowerCase();
  return short === "id" || short === "en" ? short : otherwise;
};

export function start(settings: Settings, base: string): Api | undefined {
  const queued = window.Sambung;
  if (queued && !Array.isArray(queued)) return queued;

  const origin = new URL(base).origin;
  const text = textOn(settings.colour);
  const slot = `sambung:${settings.key}`;
  const handlers = new Map<string, Set<Handler>>();
  let memory: string | null = null;
  let locale = asLocale(document.documentElement.lang, settings.locale);
  let opened = false;
  let listening = false;
  let identity: Identity | undefined;
  let frame: HTMLIFrameElement | undefined;

  const host = document.createElement("sambung-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(settings.colour, text, settings.position));
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = ICONS;
  const badge = document.createElement("b");
  badge.setAttribute("aria-hidden", "true");
  button.append(badge);
  root.append(button);

  const emit = (event: string, detail?: unknown) => handlers.get(event)?.forEach((tell) => tell(detail));

  const load = (): unknown => {
    let kept = memory;
    try {
      kept = localStorage.getItem(slot);
    } catch {
      // Storage is denied to this page (privacy settings): the session lives as long as the page.
    }
    try {
      return kept ? JSON.parse(kept) : null;
    } catch {
      return null;
    }
  };

  const save = (state: unknown) => {
    memory = state ? JSON.stringify(state) : null;
    try {
      if (memory) localStorage.setItem(slot, memory);
      else localStorage.removeItem(slot);
    } catch {
      // As above: `memory` holds it.
    }
  };

  const tell = (message: ToFrame) => {
    if (listening) frame?.contentWindow?.postMessage({ ...message, sambung: 1 } satisfies Marked<ToFrame>, origin);
  };

  const page = (): Page => ({ url: location.href, title: document.title, referrer: document.referrer });

  const label = () => {
    const words = WORDS[locale];
    const count = badge.textContent;
    button.setAttribute("aria-label", opened ? words.close : count ? `${words.open}, ${count} ${words.unread}` : words.open);
    button.setAttribute("aria-expanded", String(opened));
    frame?.setAttribute("title", words.frame);
  };

  /** The frame is made only when it is needed: opened, signed in, or talked in before. */
  const make = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.allow = "autoplay; clipboard-write";
    frame.src = `${base}/frame`;
    frame.addEventListener("load", () => {
      listening = true;
      tell({ t: "init", state: load(), locale, text, open: opened, page: page(), identity });
    });
    root.append(frame);
    label();
  };

  const fit = () => {
    const seen = window.visualViewport;
    if (seen) host.style.setProperty("--h", `${seen.height}px`);
  };

  const turn = (open: boolean) => {
    if (open === opened) return;
    opened = open;
    if (open) make();
    const full = matchMedia("(max-width:480px)").matches;
    document.documentElement.style.overflow = open && full ? "hidden" : "";
    requestAnimationFrame(() => frame?.classList.toggle("on", opened));
    label();
    tell({ t: "page", page: page() });
    tell({ t: "open", open });
    if (open) frame?.focus();
    else button.focus();
    emit(open ? "open" : "close");
  };

  button.addEventListener("click", () => turn(!opened));

  addEventListener("message", (event: MessageEvent<Partial<Marked<ToHost>> | null>) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow || event.data?.sambung !== 1) return;
    const message = event.data as ToHost;
    switch (message.t) {
      case "save":
        save(message.state);
        break;
      case "unread":
        badge.textContent = message.count ? (message.count > 9 ? "9+" : String(message.count)) : "";
        label();
        emit("unread", message.count);
        break;
      case "close":
        turn(false);
        break;
      default:
        emit(message.t, message);
    }
  });
  // Another tab signed in or out: its token replaced ours.
  addEventListener("storage", (event) => {
    if (event.key === slot) tell({ t: "state", state: load() });
  });
  window.visualViewport?.addEventListener("resize", fit);
  fit();

  const api: Api = {
    open: () => turn(true),
    close: () => turn(false),
    toggle: () => turn(!opened),
    show: () => host.classList.remove("off"),
    hide: () => {
      turn(false);
      host.classList.add("off");
    },
    identify: (given) => {
      identity = { ...given };
      make();
      tell({ t: "identify", identity });
    },
    setUser: (given) => api.identify(given),
    logout: () => {
      identity = undefined;
      tell({ t: "logout" });
      save(null);
    },
    setLocale: (given) => {
      locale = asLocale(given, locale);
      label();
      tell({ t: "locale", locale });
    },
    on: (event, handler) => {
      const set = handlers.get(event) ?? new Set();
      handlers.set(event, set.add(handler));
      return () => void set.delete(handler);
    },
    push: ([name, ...args]) => {
      const verb = api[name as keyof Api] as ((...given: unknown[]) => unknown) | undefined;
      if (typeof verb === "function") verb(...args);
    },
  };
  window.Sambung = api;
  document.body.append(host);
  label();
  if (load()) make();
  queued?.forEach((call) => api.push(call));
  return api;
}
