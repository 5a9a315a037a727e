import { expect, it } from "vitest";
import { at, message } from "../store/samples";
import type { TimelineItem } from "../../api/shapes";
import { arrange, type Line } from "./arrange";

const shape = (lines: Line[]) => lines.map((line) => (line.type === "message" ? line.id : line.type));
const closed: TimelineItem = { at: at(2), type: "conversation", title: "Closed", text: "", conversation: "c", connection: null, data: {} };

it("puts a day above its messages and what happened between them", () => {
  const lines = arrange([message("1", { at: at(1) }), message("2", { at: at(3) })], [closed], false);
  expect(shape(lines)).toEqual(["day", "1", "happening", "2"]);
});

it("joins what one person says in a row, and says the time once", () => {
  const lines = arrange([message("1", { at: at(1) }), message("2", { at: at(2) }), message("3", { at: at(30) })], [], false);
  const rows = lines.filter((line) => line.type === "message");
  expect(rows.map(({ opens, ends }) => [opens, ends])).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ]);
});

it("says the channel where it changes, not at every message, and a note does not change it", () => {
  const mail = { id: "e", channel: "mail", name: "Mail" };
  const lines = arrange(
    [
      message("1", { at: at(1) }),
      message("2", { at: at(2), connection: mail }),
      message("note", { at: at(3), direction: "note", connection: null }),
      message("3", { at: at(4), connection: mail }),
      message("4", { at: at(5) }),
    ],
    [],
    false,
  );
  expect(lines.flatMap((line) => (line.type === "message" && line.via ? [line.id] : []))).toEqual(["1", "2", "4"]);
});

it("leaves what happened before the oldest loaded message to its page", () => {
  expect(shape(arrange([message("1", { at: at(5) })], [closed], true))).toEqual(["day", "1"]);
});
