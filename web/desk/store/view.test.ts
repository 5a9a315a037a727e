import { expect, it } from "vitest";
import { mixesStatuses, queryOf } from "./view";

it("searches closed conversations too, and knows that it does", () => {
  expect(queryOf({ name: "open", q: "batik" })["status"]).toBe("all");
  expect(mixesStatuses({ name: "open", q: "batik" })).toBe(true);
  expect(queryOf({ name: "open", label: "batik" })["status"]).toBe("open");
  expect(mixesStatuses({ name: "open", label: "batik" })).toBe(false);
});
