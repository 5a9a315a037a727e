import { useNavigate } from "@tanstack/react-router";
import { ListFilter, Menu as MenuIcon, Search, SquarePen, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "../../ui/button";
import { control } from "../../ui/field";
import { cx } from "../../ui/cx";
import { Menu, MenuItem, MenuLine, MenuTitle } from "../../ui/menu";
import { useT } from "../i18n";
import { useKeyCap, useShortcut } from "../keys/shortcuts";
import type { InboxSearch } from "../router";
import { openDrawer, startConversation } from "../shell/chrome";
import { useConnections } from "../shell/channels";
import { mixesStatuses, type View } from "../store/view";
import { priorities } from "./priority";

/** Milliseconds after the last key before a search is asked. */
const QUIET = 250;

export function ListHeader({ view }: { view: View }) {
  const t = useT();
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState(view.q ?? "");
  const cap = useKeyCap("search");

  function filter(change: Partial<InboxSearch>, replace = false) {
    void navigate({
      to: "/inbox/$view",
      params: { view: view.name },
      search: (before: InboxSearch) => ({ ...before, ...change }),
      replace,
    });
  }

  useEffect(() => {
    const q = words.trim() || undefined;
    if (q === view.q) return;
    const timer = setTimeout(() => filter({ q }, true), QUIET);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `filter` is made anew by each render
  }, [words, view.q]);

  useShortcut("search", () => box.current?.focus());

  return (
    <header className="flex flex-col gap-2 border-b border-line px-3 pt-3 pb-2.5">
      <div className="flex h-8 items-center gap-1">
        <IconButton label={t("nav.title")} className="-ml-1 lg:hidden" onClick={() => openDrawer(true)}>
          <MenuIcon aria-hidden />
        </IconButton>
        <h1 className="min-w-0 flex-1 truncate pl-0.5 text-lg font-semibold tracking-tight">{mixesStatuses(view) ? t("inbox.everywhere") : (view.label ?? t(`view.${view.name}`))}</h1>
        <IconButton label={t("nav.new")} className="lg:hidden" onClick={() => startConversation()}>
          <SquarePen aria-hidden />
        </IconButton>
        <FilterMenu view={view} onFilter={filter} />
      </div>
      <div className="relative">
        <Search className="pointer-events-none absolute top-2.25 left-2.5 size-3.5 text-ink-faint" aria-hidden />
        <input
          ref={box}
          type="search"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setWords("");
            event.currentTarget.blur();
          }}
          placeholder={cap ? `${t("inbox.search")}  ${cap}` : t("inbox.search")}
          aria-label={t("inbox.search")}
          className={cx(control, "h-8 pl-8 text-sm")}
        />
      </div>
      <Filters view={view} onFilter={filter} />
    </header>
  );
}

interface FilterProps {
  view: View;
  onFilter: (change: Partial<InboxSearch>) => void;
}

function FilterMenu({ view, onFilter }: FilterProps) {
  const t = useT();
  const connections = useConnections();
  const filtered = Boolean(view.connection ?? view.priority);
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("inbox.filter")} pressed={filtered}>
          <ListFilter aria-hidden />
        </IconButton>
      }
    >
      <MenuTitle>{t("field.priority")}</MenuTitle>
      {priorities.map((priority) => (
        <MenuItem
          key={priority}
          checked={view.priority === priority}
          onSelect={() => onFilter({ priority: view.priority === priority ? undefined : priority })}
        >
          {t(`priority.${priority}`)}
        </MenuItem>
      ))}
      {connections.length > 0 && <MenuLine />}
      {connections.length > 0 && <MenuTitle>{t("field.connection")}</MenuTitle>}
      {connections.map(({ id, name }) => (
        <MenuItem
          key={id}
          checked={view.connection === id}
          onSelect={() => onFilter({ connection: view.connection === id ? undefined : id })}
        >
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** The filters in force, each with a way out of it. */
function Filters({ view, onFilter }: FilterProps) {
  const t = useT();
  const connections = useConnections();
  const chips: [keyof InboxSearch, string][] = [];
  if (view.label) chips.push(["label", view.label]);
  if (view.priority) chips.push(["priority", t(`priority.${view.priority}`)]);
  if (view.connection) chips.push(["connection", connections.find(({ id }) => id === view.connection)?.name ?? "…"]);
  if (!chips.length) return null;
  return (
    <div className="flex flex-wrap gap-1">
      {chips.map(([name, text]) => (
        <button
          key={name}
          type="button"
          onClick={() => onFilter({ [name]: undefined })}
          aria-label={t("inbox.unfilter", { name: text })}
          className="flex items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1.5 pl-2.5 text-xs font-medium text-accent-ink hover:opacity-80"
        >
          {text}
          <X className="size-3" aria-hidden />
        </button>
      ))}
    </div>
  );
}
