import { render } from "preact";
import type { ToFrame } from "../bridge";
import type { Locale, Settings } from "../settings";
import { App } from "./app";
import "./frame.css";
import { Host } from "./host";
import type { Message } from "./protocol";
import { Session } from "./session";
import { ring } from "./sound";

const settings = JSON.parse(document.body.dataset["settings"] ?? "{}") as Settings;
const base = location.href.replace(/\/frame([?#].*)?$/, "");
let session: Session | undefined;
let locale: Locale = settings.locale;

document.documentElement.style.setProperty("--brand", settings.colour);

const draw = () => {
  document.documentElement.lang = locale;
  if (session) render(<App settings={settings} base={base} session={session} locale={locale} close={() => host.tell({ t: "close" })} />, document.body);
};

const history = async (before: number, token: string) => {
  const answer = await fetch(`${base}/history?before=${before}`, { headers: { Authorization: `Bearer ${token}` } });
  return answer.ok ? ((await answer.json()) as { messages: Message[]; more: boolean }) : { messages: [], more: true };
};

const hear = (message: ToFrame) => {
  switch (message.t) {
    case "init": {
      if (session) return;
      locale = message.locale;
      document.documentElement.style.setProperty("--on-brand", message.text);
      const around = {
        socket: () => new WebSocket(`${base.replace(/^http/, "ws")}/socket`) as never,
        tell: host.tell,
        ring,
        cid: () => crypto.getRandomValues(new Uint32Array(4)).join("-"),
        history,
      };
      session = new Session(settings.key, around, locale, message.page);
      session.start(message.state, message.identity);
      session.opened(message.open);
      host.tell({ t: "ready" });
      break;
    }
    case "open":
      session?.opened(message.open);
      break;
    case "page":
      session?.moved(message.page);
      break;
    case "locale":
      locale = message.locale;
      session?.speak(locale);
      break;
    case "identify":
      session?.identify(message.identity);
      break;
    case "state":
      session?.changed(message.state);
      break;
    case "logout":
      session?.logout();
      break;
  }
  draw();
};

const host = new Host(window, hear);
addEventListener("online", () => session?.wake());
document.addEventListener("visibilitychange", () => {
  session?.look();
  if (document.visibilityState === "visible") session?.wake();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) host.tell({ t: "close" });
});
