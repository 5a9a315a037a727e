import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Settings } from "../settings";
import { App } from "./app";
import type { Message } from "./protocol";
import { check } from "./prechat";
import type { Session, View } from "./session";
import { day, size } from "./words";

const settings: Settings = {
  key: "K",
  title: { id: "Ada yang bisa kami bantu?", en: "How can we help?" },
  greeting: { id: "Halo!", en: "Hello!" },
  prechat: [],
  colour: "#0f766e",
  position: "right",
  locale: "id",
};
const view: View = { online: true, begun: true, messages: [], more: false, typing: null, prechat: false, identified: false, refused: false, open: true };

const message = (change: Partial<Message>): Message => ({
  id: "m1",
  from: "us",
  kind: "text",
  text: "Halo",
  files: [],
  at: new Date().toISOString(),
  status: "sent",
  order: 1,
  ...change,
});

const deeds = { write: vi.fn(), choose: vi.fn(), answer: vi.fn(), retry: vi.fn(), typing: vi.fn(), older: vi.fn() };

function show(change: Partial<View> = {}, more: Partial<Settings> = {}, locale: "id" | "en" = "id") {
  const session = { ...deeds, view: { ...view, ...change }, watch: () => () => undefined, token: "t" } as unknown as Session;
  act(() => render(null, document.body));
  act(() => render(<App settings={{ ...settings, ...more }} base="/widget/K" session={session} locale={locale} close={vi.fn()} />, document.body));
}
const find = <T extends Element>(selector: string) => document.querySelector<T & HTMLElement>(selector)!;
const all = (selector: string) => [...document.querySelectorAll(selector)].map((one) => one.textContent);

beforeEach(() => void Object.values(deeds).forEach((deed) => deed.mockReset()));
afterEach(() => act(() => render(null, document.body)));

it("speaks both languages", () => {
  show();
  expect(find("h1").textContent).toBe("Ada yang bisa kami bantu?");
  expect(find("textarea").getAttribute("aria-label")).toBe("Tulis pesan…");
  show({}, {}, "en");
  expect(find("h1").textContent).toBe("How can we help?");
  expect(find("textarea").getAttribute("aria-label")).toBe("Write a message…");
});

it("shows HTML as text, and links that are safe", () => {
  show({ messages: [message({ text: "<img src=x onerror=alert(1)> https://toko.example/a?b=1. Ya" })] });
  expect(document.querySelector("img")).toBeNull();
  expect(find(".bubble").textContent).toContain("<img src=x onerror=alert(1)>");
  expect(find<HTMLAnchorElement>(".bubble a").getAttribute("href")).toBe("https://toko.example/a?b=1");
  show({ messages: [message({ interactive: { buttons: [{ id: "a", title: "X", url: "javascript:alert(1)" }] } })] });
  expect(find(".choice").getAttribute("href")).toBe("#");
});

it("sends with Enter, breaks the line with Shift+Enter, and not while composing", () => {
  show();
  const area = find<HTMLTextAreaElement>("textarea");
  act(() => {
    area.value = " Halo ";
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  const press = (init: object) => act(() => void area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init })));
  press({ shiftKey: true });
  press({ isComposing: true });
  expect(deeds.write).not.toHaveBeenCalled();
  press({});
  expect(deeds.write).toHaveBeenCalledExactlyOnceWith("Halo", []);
  expect(area.value).toBe("");
});

it("asks first where the business wants to know, unless the customer is known", () => {
  const prechat = [
    { name: "name", label: "Name", label_id: "Nama", type: "text" as const, required: true },
    { name: "email", label: "Email", label_id: "", type: "email" as const, required: false },
  ];
  show({}, { prechat });
  expect(document.querySelector("textarea")).toBeNull();
  const submit = () => act(() => void find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  submit();
  expect(find(".wrong").textContent).toBe("Wajib diisi");
  expect(find("input[name=name]").getAttribute("aria-invalid")).toBe("true");
  find<HTMLInputElement>("input[name=name]").value = " Sari ";
  submit();
  expect(deeds.answer).toHaveBeenCalledExactlyOnceWith({ name: "Sari" });
  show({ identified: true }, { prechat });
  expect(find("textarea")).not.toBeNull();
});

it("says in words what the ticks show, and offers a failed one again", () => {
  show({ messages: [message({ id: "a", from: "me", status: "read" }), message({ id: "b", cid: "c", from: "me", status: "failed", failure: "too_long", order: 2 })] });
  expect(all(".row .hidden")).toContain("Dibaca");
  expect(find(".meta.bad").textContent).toContain("Pesan terlalu panjang");
  act(() => find(".meta.bad button").click());
  expect(deeds.retry).toHaveBeenCalledOnce();
});

it("lets a choice be made once", () => {
  const asked = message({ interactive: { buttons: [{ id: "a", title: "Rumah" }], sections: [{ rows: [{ id: "b", title: "Kantor" }] }] } });
  show({ messages: [asked] });
  expect(all(".choice")).toEqual(["Rumah", "Kantor"]);
  act(() => find(".choice").click());
  expect(deeds.choose.mock.calls[0]?.[1]).toMatchObject({ id: "a" });
  show({ messages: [asked, message({ id: "m2", from: "me", order: 2 })] });
  expect(find(".choice").hasAttribute("disabled")).toBe(true);
});

it("names the writer of a run once, and the day", () => {
  show({ messages: [message({ id: "1", author: "Rina" }), message({ id: "2", author: "Rina", order: 2 })] });
  expect(all(".who")).toEqual(["Rina"]);
  expect(all(".day")).toEqual(["Hari ini"]);
});

it("says when it is offline", () => {
  show({ online: false });
  expect(find("[role=status]").textContent).toContain("Menyambungkan kembali");
});

it("writes days and sizes as people do", () => {
  const now = new Date(2026, 10, 10, 9);
  expect(day(new Date(2026, 10, 9, 23).toISOString(), "id", now)).toBe("Kemarin");
  expect(day(new Date(2026, 10, 3).toISOString(), "en", now)).toContain("November");
  expect(day(new Date(2025, 10, 3).toISOString(), "id", now)).toContain("2025");
  expect(size(1_834_000, "id")).toBe("1,8 MB");
  expect(size(12, "en")).toBe("1 kB");
});

it("checks answers kindly", () => {
  const question = { name: "x", label: "", label_id: "", required: false };
  expect(check({ ...question, type: "email" }, "sari@")).toBe("bad_email");
  expect(check({ ...question, type: "tel" }, "0812-3456-7891")).toBeNull();
  expect(check({ ...question, type: "tel" }, "12")).toBe("bad_tel");
  expect(check({ ...question, type: "text", required: true }, "")).toBe("required");
});
