import { expect, test } from "vitest";
import type { Mail } from "../shapes";
import { split, threads } from "./threads";

const mail = (id: string, given: Partial<Mail> = {}): Mail => ({
  id,
  person: "dewi",
  mine: false,
  state: "new",
  at: `2026-11-10T03:0${id}:00Z`,
  from: { name: "Toko", address: "cs@toko.example" },
  to: "dewi@surel.example",
  subject: "Pesanan",
  text: "",
  html: "",
  message_id: `<${id}@toko>`,
  in_reply_to: "",
  references: [],
  attachments: [],
  ...given,
});

test("an answer joins what it answers, and one known only by its references too", () => {
  const all = threads([
    mail("1"),
    mail("2", { subject: "Lain" }),
    mail("3", { in_reply_to: "<1@toko>" }),
    mail("4", { in_reply_to: "<gone@toko>", references: ["<1@toko>", "<gone@toko>"] }),
  ]);
  expect(all.map((thread) => thread.mails.map((one) => one.id))).toEqual([["1", "3", "4"], ["2"]]);
});

test.each([
  ["Oke kak.\n\nPada Sel, 10 Nov 2026 pukul 10.05 Toko <cs@toko.example>\nmenulis:\n\n> Jadi?", "Oke kak."],
  ["Fine.\n\nOn Tue, Nov 10, 2026 at 10:05 AM Toko <cs@toko.example> wrote:\n> So?", "Fine."],
  ["Pada hari itu saya datang.", "Pada hari itu saya datang."],
])("what somebody wrote is told from what they quoted", (text, own) => {
  expect(split(mail("1", { text })).own).toBe(own);
});
