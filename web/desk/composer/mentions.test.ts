import { expect, it } from "vitest";
import type { User } from "../../api/shapes";
import { complete, matching, mentioned, nameBefore } from "./mentions";

const user = (id: string, name: string, status: User["status"] = "active"): User => ({
  id,
  name,
  status,
  email: `${id}@sambung.test`,
  role: "agent",
  language: "id",
  created_at: "2026-11-03T08:00:00Z",
});
const users = [user("1", "Budi Hartono"), user("2", "Bunga Citra"), user("3", "Budi Lama", "disabled")];

it("knows a name that is being typed from an email address", () => {
  expect(nameBefore("tolong @Bu", 10)).toBe("Bu");
  expect(nameBefore("@", 1)).toBe("");
  expect(nameBefore("kirim ke siti@mail", 18)).toBeUndefined();
});

it("offers colleagues who are there", () => {
  expect(matching(users, "bu").map(({ id }) => id)).toEqual(["1", "2"]);
  expect(matching(users, "budi h").map(({ id }) => id)).toEqual(["1"]);
});

it("completes the name where the caret is", () => {
  expect(complete("cek @Bu ya", 7, "Bu", "Budi Hartono")).toEqual({ text: "cek @Budi Hartono ya", caret: 18 });
});

it("tells whom the note names", () => {
  expect(mentioned(users, "@Budi Hartono tolong, cc Bunga Citra")).toEqual(["1"]);
});
