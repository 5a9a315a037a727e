import { afterEach, describe, expect, it } from "vitest";
import type { Preferences } from "../preferences/preferences";
import { actionNames, bindingOf, meantBy } from "./actions";

const given: Preferences = { language: "en", theme: "system", sound: true, shortcuts: true, bindings: {} };

function press(key: string, target: HTMLElement = document.body, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, ...more });
  Object.defineProperty(event, "target", { value: target });
  return event;
}

afterEach(() => document.body.replaceChildren());

describe("keys", () => {
  it("each mean one thing", () => {
    const keys = actionNames.map((action) => bindingOf(action, given));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("belong to the field while somebody types, but Ctrl+K works everywhere", () => {
    const field = document.body.appendChild(document.createElement("textarea"));
    expect(meantBy(press("e"), given)).toBe("close");
    expect(meantBy(press("e", field), given)).toBeUndefined();
    expect(meantBy(press("k", field, { ctrlKey: true }), given)).toBe("palette");
  });

  it("can be switched off and bound anew", () => {
    expect(meantBy(press("e"), { ...given, shortcuts: false })).toBeUndefined();
    expect(meantBy(press("w"), { ...given, bindings: { close: "w" } })).toBe("close");
    expect(meantBy(press("e"), { ...given, bindings: { close: "w" } })).toBeUndefined();
  });

  it("with Alt are the browser's and the screen reader's", () => {
    expect(meantBy(press("e", document.body, { altKey: true }), given)).toBeUndefined();
  });
});
