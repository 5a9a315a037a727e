import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Flush, INTERVAL } from "./flush";
import { Table } from "./table";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("tells only those who watch a row that changed, once per flush however often it changed", () => {
  const table = new Table<{ id: string; n: number }>(new Flush());
  const a = vi.fn();
  const b = vi.fn();
  table.subscribe("a", a);
  table.subscribe("b", b);
  for (let n = 0; n < 1000; n++) table.put({ id: "a", n });
  expect(a).not.toHaveBeenCalled();
  vi.advanceTimersByTime(INTERVAL);
  expect(a).toHaveBeenCalledTimes(1);
  expect(b).not.toHaveBeenCalled();
  expect(table.get("a")?.n).toBe(999);
});

it("tells at once what the agent does", () => {
  const flush = new Flush();
  const table = new Table<{ id: string }>(flush);
  const watcher = vi.fn();
  table.subscribe("a", watcher);
  table.put({ id: "a" });
  flush.now();
  expect(watcher).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(INTERVAL);
  expect(watcher).toHaveBeenCalledTimes(1);
});

it("forgets watchers that left", () => {
  const flush = new Flush();
  const table = new Table<{ id: string }>(flush);
  const watcher = vi.fn();
  table.subscribe("a", watcher)();
  table.put({ id: "a" });
  flush.now();
  expect(watcher).not.toHaveBeenCalled();
});
