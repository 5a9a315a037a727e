import { expect, it } from "vitest";
import { snoozeTimes } from "./snooze-menu";

it("offers the coming Monday, a week ahead when today is one", () => {
  const monday = (now: Date) => snoozeTimes(now).find(([key]) => key === "snooze.monday")![1];
  expect(monday(new Date(2026, 10, 20, 15)).toDateString()).toBe(new Date(2026, 10, 23).toDateString());
  expect(monday(new Date(2026, 10, 23, 8)).toDateString()).toBe(new Date(2026, 10, 30).toDateString());
  expect(monday(new Date(2026, 10, 22, 8)).toDateString()).toBe(new Date(2026, 10, 23).toDateString());
});

it("offers only times to come", () => {
  const now = new Date(2026, 10, 20, 23, 59);
  for (const [, until] of snoozeTimes(now)) expect(until.getTime()).toBeGreaterThan(now.getTime());
});
