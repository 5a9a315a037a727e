import { useNavigate } from "@tanstack/react-router";
import { AlarmClock, AlarmClockOff, Archive, ArchiveRestore, ArrowLeft, Eye, PanelRight, Tag, UserRoundPlus } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Menu, MenuItem } from "../../ui/menu";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { assign, close, label, prioritise, reopen, wake } from "../inbox/actions";
import { AssigneePicker, LabelPicker } from "../inbox/pickers";
import { priorities, PriorityIcon } from "../inbox/priority";
import { useKeyCap, useShortcut } from "../keys/shortcuts";
import { useSession } from "../session/session";
import { lists, presence } from "../store";
import { useCell } from "../store/hooks";
import type { View } from "../store/view";
import { SnoozeMenu } from "./snooze-menu";

export function ThreadHeader({ row, view }: { row: Conversation; view: View }) {
  const t = useT();
  const navigate = useNavigate();
  const name = row.customer.name || t("customer.unnamed");
  const closed = row.status === "closed";

  function closeAndGoOn() {
    const { ids } = lists.of(view).get();
    const at = ids.indexOf(row.id);
    const next = view.name === "closed" ? undefined : (ids[at + 1] ?? ids[at - 1]);
    void close(row.id);
    if (at >= 0 && next && matchMedia("(min-width: 48rem)").matches)
      void navigate({ to: "/inbox/$view/$conversation", params: { view: view.name, conversation: next }, search: true });
    else if (at >= 0) void navigate({ to: "/inbox/$view", params: { view: view.name }, search: true });
  }
  useShortcut("close", () => (closed ? void reopen(row.id) : closeAndGoOn()));
  const closeCap = useKeyCap("close");

  return (
    <header className="flex flex-col border-b border-line">
      {/* Alone on a phone's screen, the thread is the page. */}
      <h1 className="sr-only md:hidden">{name}</h1>
      <div className="flex h-14 items-center gap-2 px-3 md:px-4">
        <IconButton
          label={t("action.back")}
          className="-ml-1 md:hidden"
          onClick={() => void navigate({ to: "/inbox/$view", params: { view: view.name }, search: true })}
        >
          <ArrowLeft aria-hidden />
        </IconButton>
        <button
          type="button"
          className="flex min-w-0 flex-1 items-center gap-2.5 rounded-md text-left xl:pointer-events-none"
          onClick={() => void navigate({ to: ".", search: (before) => ({ ...before, panel: true }) })}
        >
          <Avatar name={name} size="sm" className="max-sm:hidden" />
          <span className="min-w-0">
            <span className="flex items-center gap-2">
              <span className="truncate text-base font-semibold">{name}</span>
              <StatusPill row={row} />
            </span>
            {row.subject && <span className="block truncate text-xs text-ink-faint">{row.subject}</span>}
          </span>
        </button>
        <Viewers conversation={row.id} />
        <Button
          size="sm"
          look={closed ? "outline" : "primary"}
          icon={closed ? <ArchiveRestore className="size-4" aria-hidden /> : <Archive className="size-4" aria-hidden />}
          title={closeCap}
          onClick={() => (closed ? void reopen(row.id) : closeAndGoOn())}
        >
          {t(closed ? "action.reopen" : "action.close")}
        </Button>
        <IconButton
          label={t("customer.panel")}
          className="xl:hidden"
          onClick={() => void navigate({ to: ".", search: (before) => ({ ...before, panel: true }) })}
        >
          <PanelRight aria-hidden />
        </IconButton>
      </div>
      <Toolbar row={row} />
    </header>
  );
}

function Toolbar({ row }: { row: Conversation }) {
  const t = useT();
  const [open, setOpen] = useState<"assign" | "label" | "priority" | "snooze">();
  const show = (name: typeof open) => (next: boolean) => setOpen(next ? name : undefined);
  useShortcut("assign", () => setOpen("assign"));
  useShortcut("label", () => setOpen("label"));
  useShortcut("priority", () => setOpen("priority"));
  useShortcut("snooze", () => setOpen("snooze"));
  const chip =
    "flex h-7 min-w-0 shrink-0 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-ink-soft hover:bg-hover hover:text-ink [&>svg]:size-3.5";
  return (
    <div role="toolbar" aria-label={t("thread.actions")} className="-mt-1 flex items-center gap-0.5 overflow-x-auto px-2 pb-1.5 md:px-3">
      <AssigneePicker
        open={open === "assign"}
        onOpenChange={show("assign")}
        assignee={row.assignee}
        onPick={(user) => void assign(row.id, user)}
        trigger={
          <button type="button" className={chip}>
            {row.assignee ? <Avatar name={row.assignee.name} size="xs" /> : <UserRoundPlus aria-hidden />}
            <span className="max-w-32 truncate">{row.assignee?.name ?? t("action.assign")}</span>
          </button>
        }
      />
      <AssignToMe row={row} className={chip} />
      <Menu
        open={open === "priority"}
        onOpenChange={show("priority")}
        label={t("field.priority")}
        trigger={
          <button type="button" className={chip}>
            <PriorityIcon priority={row.priority} always />
            <span>{row.priority === "none" ? t("field.priority") : t(`priority.${row.priority}`)}</span>
          </button>
        }
      >
        {priorities.map((priority) => (
          <MenuItem key={priority} checked={row.priority === priority} onSelect={() => void prioritise(row.id, priority)} icon={<PriorityIcon priority={priority} always />}>
            {t(`priority.${priority}`)}
          </MenuItem>
        ))}
      </Menu>
      <LabelPicker
        open={open === "label"}
        onOpenChange={show("label")}
        labels={row.labels}
        onPick={(labels) => void label(row.id, labels)}
        trigger={
          <button type="button" className={chip}>
            <Tag aria-hidden />
            {row.labels.length ? (
              <span className="flex gap-1">
                {row.labels.map((name) => (
                  <Pill key={name}>{name}</Pill>
                ))}
              </span>
            ) : (
              <span>{t("action.label")}</span>
            )}
          </button>
        }
      />
      {row.status === "snoozed" ? (
        <button type="button" className={chip} onClick={() => void wake(row.id)}>
          <AlarmClockOff aria-hidden />
          {t("action.wake")}
        </button>
      ) : (
        row.status === "open" && (
          <SnoozeMenu
            id={row.id}
            open={open === "snooze"}
            onOpenChange={show("snooze")}
            trigger={
              <button type="button" className={chip}>
                <AlarmClock aria-hidden />
                {t("action.snooze")}
              </button>
            }
          />
        )
      )}
    </div>
  );
}

function AssignToMe({ row, className }: { row: Conversation; className: string }) {
  const t = useT();
  const { user } = useSession();
  if (row.assignee) return null;
  return (
    <button type="button" className={className} onClick={() => void assign(row.id, { id: user.id, name: user.name })}>
      {t("action.take")}
    </button>
  );
}

function StatusPill({ row }: { row: Conversation }) {
  const t = useT();
  const format = useFormat();
  if (row.status === "closed") return <Pill>{t("state.closed")}</Pill>;
  if (row.status === "snoozed")
    return <Pill tone="warn">{row.snooze ? t("state.snoozedUntil", { time: format.full(row.snooze.until) }) : t("state.snoozed")}</Pill>;
  return null;
}

/** Colleagues who have the same conversation open. */
function Viewers({ conversation }: { conversation: string }) {
  const t = useT();
  const { user } = useSession();
  const others = useCell(presence.viewersOf(conversation)).filter(({ id }) => id !== user.id);
  if (!others.length) return null;
  const names = others.map(({ name }) => name).join(", ");
  return (
    <span className="flex items-center gap-1.5 text-xs text-ink-soft" title={t("presence.viewing", { names })}>
      <Eye className="size-3.5" aria-hidden />
      <span className="flex -space-x-1.5" aria-hidden>
        {others.slice(0, 3).map(({ id, name }) => (
          <Avatar key={id} name={name} size="xs" className="ring-2 ring-surface" />
        ))}
      </span>
      <span className="sr-only">{t("presence.viewing", { names })}</span>
    </span>
  );
}
