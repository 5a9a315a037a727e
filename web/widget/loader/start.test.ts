import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Settings } from "../settings";
import { textOn } from "./contrast";
import { start, type Api } from "./start";

const settings: Settings = {
  key: "K",
  title: { id: "Halo", en: "Hello" },
  greeting: { id: "", en: "" },
  prechat: [],
  colour: "#0f766e",
  position: "right",
  locale: "id",
};
const base = "https://cc.example/widget/K";
const origin = "https://cc.example";

const root = () => document.querySelector("sambung-chat")!.shadowRoot!;
const button = () => root().querySelector("button")!;
const frame = () => root().querySelector("iframe");
const begin = () => start(settings, base) as Api;

/** What the frame was told, and a way to answer as it. */
function talk() {
  const told: Record<string, unknown>[] = [];
  const contents = { postMessage: (message: never, to: string) => void told.push({ ...(message as object), to }) };
  Object.defineProperty(frame(), "contentWindow", { value: contents, configurable: true });
  frame()!.dispatchEvent(new Event("load"));
  const say = (data: object, from: string = origin) => {
    const event = new MessageEvent("message", { data: { sambung: 1, ...data }, origin: from });
    Object.defineProperty(event, "source", { value: contents });
    window.dispatchEvent(event);
  };
  return { told, say };
}

beforeEach(() => {
  const { happyDOM } = window as unknown as { happyDOM: { settings: { fetch: object } } };
  Object.assign(happyDOM.settings.fetch, { interceptor: { beforeAsyncRequest: async () => new Response("") } });
  window.matchMedia = vi.fn().mockReturnValue({ matches: false });
  document.documentElement.lang = "";
});
afterEach(() => {
  document.querySelectorAll("sambung-chat").forEach((host) => host.remove());
  delete window.Sambung;
  localStorage.clear();
});

it("shows a button and makes no frame before it is needed", () => {
  begin();
  expect(button().getAttribute("aria-label")).toBe("Buka obrolan");
  expect(frame()).toBeNull();
  button().click();
  expect(frame()!.src).toBe(`${base}/frame`);
  expect(button().getAttribute("aria-expanded")).toBe("true");
  expect(button().getAttribute("aria-label")).toBe("Tutup obrolan");
});

it("hands the session over by message to our exact origin, never in an address", () => {
  localStorage.setItem("sambung:K", JSON.stringify({ token: "secret" }));
  begin();
  const { told } = talk();
  expect(frame()!.src).not.toContain("secret");
  expect(told[0]).toMatchObject({ t: "init", to: origin, state: { token: "secret" }, text: "#ffffff" });
});

it("keeps what the frame asks to keep, in memory where the page may store nothing", () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(denied);
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(denied);
  begin().open();
  talk().say({ t: "save", state: { token: "kept" } });
  expect(talk().told[0]).toMatchObject({ t: "init", state: { token: "kept" } });
});

it("listens to nobody but its frame", () => {
  begin().open();
  const { say } = talk();
  say({ t: "unread", count: 3 }, "https://evil.example");
  window.dispatchEvent(new MessageEvent("message", { data: { sambung: 1, t: "unread", count: 3 }, origin }));
  expect(root().querySelector("b")!.textContent).toBe("");
  say({ t: "unread", count: 12 });
  expect(root().querySelector("b")!.textContent).toBe("9+");
  say({ t: "close" });
  expect(button().getAttribute("aria-label")).toBe("Buka obrolan, 9+ pesan belum dibaca");
});

it("plays what the page asked for before it was loaded", () => {
  const heard: unknown[] = [];
  window.Sambung = [
    ["on", "open", () => heard.push("open")],
    ["setLocale", "en-GB"],
    ["identify", { external_id: "7", hash: "ab" }],
    ["open"],
    ["nonsense"],
  ];
  begin();
  expect(heard).toEqual(["open"]);
  expect(talk().told[0]).toMatchObject({ t: "init", locale: "en", open: true, identity: { external_id: "7" } });
});

it("takes the page's language, and starts only once", () => {
  document.documentElement.lang = "en";
  const api = begin();
  expect(button().getAttribute("aria-label")).toBe("Open chat");
  expect(begin()).toBe(api);
  expect(document.querySelectorAll("sambung-chat")).toHaveLength(1);
});

it("closes from inside and gives the focus back", () => {
  const api = begin();
  api.open();
  const closed = vi.fn();
  const off = api.on("close", closed);
  talk().say({ t: "close" });
  expect(closed).toHaveBeenCalledOnce();
  expect(root().activeElement).toBe(button());
  off();
  api.toggle();
  api.hide();
  expect(closed).toHaveBeenCalledOnce();
});

it("signs out by forgetting", () => {
  localStorage.setItem("sambung:K", "{}");
  const api = begin();
  const { told } = talk();
  api.logout();
  expect(localStorage.getItem("sambung:K")).toBeNull();
  expect(told.at(-1)).toMatchObject({ t: "logout" });
});

it("writes on a colour in what reads better", () => {
  expect(["#0f766e", "#fde047", "#000000", "#ffffff"].map(textOn)).toEqual(["#ffffff", "#111111", "#ffffff", "#111111"]);
});
