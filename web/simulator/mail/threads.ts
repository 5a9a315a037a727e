import type { Mail } from "../shapes";

export interface Thread {
  id: string;
  subject: string;
  mails: Mail[];
}

/** Mails joined by what they answer, the thread with the newest mail first. */
export function threads(mails: Mail[]): Thread[] {
  const of = new Map<string, Thread>();
  const all: Thread[] = [];
  for (const mail of mails) {
    const known = [mail.in_reply_to, ...mail.references.toReversed()].map((id) => of.get(id)).find(Boolean);
    const thread = known ?? { id: mail.id, subject: mail.subject, mails: [] };
    if (!known) all.push(thread);
    thread.mails.push(mail);
    of.set(mail.message_id, thread);
  }
  return all.sort((a, b) => b.mails.at(-1)!.at.localeCompare(a.mails.at(-1)!.at));
}

/** The text somebody wrote, and what they quoted below it. */
export function split(mail: Mail): { own: string; quoted: string } {
  const lines = mail.text.replace(/\r/g, "").split("\n");
  const quote = lines.findIndex(
    (line, index) =>
      /^(Pada|On) .+(menulis:|wrote:|<[^>]+>)$/.test(line) || (line.startsWith(">") && index > 0),
  );
  if (quote < 0) return { own: mail.text.trim(), quoted: "" };
  return { own: lines.slice(0, quote).join("\n").trim(), quoted: lines.slice(quote).join("\n").trim() };
}

export function preview(mail: Mail): string {
  return split(mail).own.replace(/\s+/g, " ").slice(0, 120);
}
