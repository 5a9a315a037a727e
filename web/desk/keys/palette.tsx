import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { AlarmClock, Archive, CircleDashed, Inbox, Keyboard, LogOut, MessageCircle, Moon, Plus, Search, Settings, Sun, UserRound } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useState, type ReactNode } from "react";
import * as api from "../../api/desk";
import { Avatar } from "../../ui/avatar";
import { entry } from "../../ui/menu";
import { cx } from "../../ui/cx";
import { useT } from "../i18n";
import { prefer } from "../preferences/preferences";
import { Snippet } from "../search/snippet";
import { signOut } from "../session/session";
import { startConversation } from "../shell/chrome";
import type { ViewName } from "../store/view";
import { useFound } from "./found";

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onHelp: () => void;
}

const views: [ViewName, ReactNode][] = [
  ["mine", <UserRound key="mine" aria-hidden />],
  ["unassigned", <CircleDashed key="unassigned" aria-hidden />],
  ["open", <Inbox key="open" aria-hidden />],
  ["snoozed", <AlarmClock key="snoozed" aria-hidden />],
  ["closed", <Archive key="closed" aria-hidden />],
];

/** Goes anywhere and finds anything: pages, commands, customers, messages. */
export function Palette({ open, onOpenChange, onHelp }: Props) {
  const t = useT();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="pop-in fixed top-[10vh] left-1/2 z-40 w-[min(36rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-xl bg-raised shadow-pop"
        >
          <Dialog.Title className="sr-only">{t("palette.title")}</Dialog.Title>
          <Body close={() => onOpenChange(false)} onHelp={onHelp} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body({ close, onHelp }: { close: () => void; onHelp: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const q = words.trim();
  const found = useFound(q, api.search);
  const [highlighted, setHighlighted] = useState("");
  useEffect(() => {
    if (found.length) setHighlighted(`${q} 0`);
  }, [found, q]);
  const run = (then: () => void) => () => {
    close();
    then();
  };
  const dark = document.documentElement.dataset["theme"] === "dark";
  return (
    <Command label={t("palette.title")} loop value={highlighted} onValueChange={setHighlighted}>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 shrink-0 text-ink-faint" aria-hidden />
        <Command.Input autoFocus value={words} onValueChange={setWords} placeholder={t("palette.placeholder")} className="h-12 w-full bg-transparent text-base outline-none" />
      </div>
      <Command.List label={t("palette.title")} className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="p-6 text-center text-sm text-ink-faint">{t("picker.none")}</Command.Empty>
        {found.length > 0 && (
          <Group title={t("palette.found")}>
            {found.map((item, at) => {
              const conversation = item.conversation?.id;
              const name = item.customer?.name || item.conversation?.customer.name || t("customer.unnamed");
              return (
                <Item
                  key={at}
                  value={`${q} ${at}`}
                  icon={conversation ? <MessageCircle aria-hidden /> : <Avatar name={name} size="xs" />}
                  onSelect={run(() => {
                    if (conversation) void navigate({ to: "/inbox/$view/$conversation", params: { view: "open", conversation }, search: {} });
                    else if (item.customer) void navigate({ to: "/customers/$customer", params: { customer: item.customer.id } });
                  })}
                >
                  <span className="font-medium">{name}</span>{" "}
                  <span className="text-ink-soft">
                    <Snippet text={item.snippet} />
                  </span>
                </Item>
              );
            })}
          </Group>
        )}
        {q.length > 1 && (
          <Item value={`${q} all`} icon={<Search aria-hidden />} onSelect={run(() => void navigate({ to: "/search", search: { q } }))}>
            {t("palette.searchAll", { q })}
          </Item>
        )}
        <Group title={t("palette.go")}>
          {views.map(([name, icon]) => (
            <Item key={name} value={t(`view.${name}`)} icon={icon} onSelect={run(() => void navigate({ to: "/inbox/$view", params: { view: name }, search: {} }))}>
              {t(`view.${name}`)}
            </Item>
          ))}
          <Item value={t("nav.settings")} icon={<Settings aria-hidden />} onSelect={run(() => void navigate({ to: "/settings" }))}>
            {t("nav.settings")}
          </Item>
        </Group>
        <Group title={t("palette.do")}>
          <Item value={t("nav.new")} icon={<Plus aria-hidden />} onSelect={run(() => startConversation())}>
            {t("nav.new")}
          </Item>
          <Item value={t("keys.title")} icon={<Keyboard aria-hidden />} onSelect={run(onHelp)}>
            {t("keys.title")}
          </Item>
          <Item value={t("palette.theme")} icon={dark ? <Sun aria-hidden /> : <Moon aria-hidden />} onSelect={run(() => prefer({ theme: dark ? "light" : "dark" }))}>
            {t("palette.theme")}
          </Item>
          <Item value={t("session.signOut")} icon={<LogOut aria-hidden />} onSelect={run(() => void signOut())}>
            {t("session.signOut")}
          </Item>
        </Group>
      </Command.List>
    </Command>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={title}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-ink-faint"
    >
      {children}
    </Command.Group>
  );
}

function Item({ value, icon, onSelect, children }: { value: string; icon: ReactNode; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={cx(entry, "data-[selected=true]:bg-hover")}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Command.Item>
  );
}
