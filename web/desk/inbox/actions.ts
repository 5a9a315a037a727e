/** What an agent does with a conversation: shown at once, put back when the server refuses, undoable. */
import { toast } from "sonner";
import * as api from "../../api/desk";
import { Problem } from "../../api/problem";
import type { Conversation, Priority, Ref } from "../../api/shapes";
import { t } from "../i18n";
import { formatOf } from "../i18n/format";
import { preferences } from "../preferences/preferences";
import { conversations, lists, queries, threads, took } from "../store";

export function sayProblem(error: unknown) {
  if (!(error instanceof Problem)) throw error;
  toast.error(error.status ? error.title : t("error.offline"), {
    description: error.status && error.detail !== error.title ? error.detail : undefined,
  });
}

export function sayDone(text: string, undo?: () => void) {
  toast(text, undo ? { action: { label: t("action.undo"), onClick: undo } } : {});
}

interface Change {
  now: Partial<Conversation>;
  call: () => Promise<Conversation>;
  done?: string;
  undo?: () => void;
}

async function change(id: string, { now, call, done, undo }: Change) {
  const before = conversations.get(id);
  if (before) took({ ...before, ...now });
  try {
    took(await call());
    void queries.invalidateQueries({ queryKey: ["counts"] });
    if (done) sayDone(done, undo);
  } catch (error) {
    if (before) took(before);
    sayProblem(error);
  }
}

export function close(id: string) {
  return change(id, {
    now: { status: "closed" },
    call: () => api.conversations.close(id),
    done: t("done.closed"),
    undo: () => void reopen(id, true),
  });
}

export function reopen(id: string, silent = false) {
  return change(id, {
    now: { status: "open", closure: null },
    call: () => api.conversations.reopen(id),
    ...(silent ? {} : { done: t("done.reopened"), undo: () => void close(id) }),
  });
}

export function assign(id: string, to: Ref | null, silent = false): Promise<void> {
  const before = conversations.get(id)?.assignee ?? null;
  return change(id, {
    now: { assignee: to },
    call: () => api.conversations.assign(id, to?.id ?? null),
    ...(silent
      ? {}
      : {
          done: to ? t("done.assigned", { name: to.name }) : t("done.unassigned"),
          undo: () => void assign(id, before, true),
        }),
  });
}

export function snooze(id: string, until: Date) {
  const at = until.toISOString();
  return change(id, {
    now: { status: "snoozed", snooze: { until: at, by: null, at: new Date().toISOString() } },
    call: () => api.conversations.snooze(id, at),
    done: t("done.snoozed", { time: formatOf(preferences().language).full(at) }),
    undo: () => void wake(id),
  });
}

export function wake(id: string) {
  return change(id, { now: { status: "open", snooze: null }, call: () => api.conversations.wake(id) });
}

export function label(id: string, labels: string[]) {
  return change(id, { now: { labels }, call: () => api.conversations.label(id, labels) }).then(
    () => void queries.invalidateQueries({ queryKey: ["labels"] }),
  );
}

export function prioritise(id: string, priority: Priority, silent = false): Promise<void> {
  const before = conversations.get(id)?.priority ?? "none";
  return change(id, {
    now: { priority },
    call: () => api.conversations.prioritise(id, priority),
    ...(silent
      ? {}
      : {
          done: t("done.prioritised", { priority: t(`priority.${priority}`) }),
          undo: () => void prioritise(id, before, true),
        }),
  });
}

/** Has another conversation of the same customer go on in this one. */
export async function join(id: string, other: string) {
  try {
    const merge = await api.conversations.merge(id, other);
    sayDone(t("done.joined"), () => void split(id, merge.id));
  } catch (error) {
    sayProblem(error);
  }
  await afterMove(id);
}

async function split(id: string, merge: string) {
  try {
    await api.conversations.split(id, merge);
  } catch (error) {
    sayProblem(error);
  }
  await afterMove(id);
}

async function afterMove(id: string) {
  await Promise.all([threads.reload(id), lists.reload(), queries.invalidateQueries({ queryKey: ["customer"] })]);
}

export async function bulk(chosen: api.Chosen, action: api.BulkAction, value?: unknown) {
  try {
    const { changed, undo } = await api.conversations.bulk(chosen, action, value);
    await lists.reload();
    void queries.invalidateQueries({ queryKey: ["counts"] });
    sayDone(t("done.bulk", { n: changed }), () => void undoBulk(undo));
  } catch (error) {
    sayProblem(error);
  }
}

async function undoBulk(token: string) {
  try {
    await api.conversations.undo(token);
    await lists.reload();
  } catch (error) {
    sayProblem(error);
  }
}
