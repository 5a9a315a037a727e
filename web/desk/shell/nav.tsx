import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { AlarmClock, Archive, CircleDashed, Ellipsis, Inbox, Plus, Search, Settings, Tag, UserRound } from "lucide-react";
import { useState, type ReactNode } from "react";
import * as api from "../../api/desk";
import { Button } from "../../ui/button";
import { cx } from "../../ui/cx";
import { Kbd } from "../../ui/kbd";
import { useFormat } from "../i18n/format";
import { useT } from "../i18n";
import { useKeyCap } from "../keys/shortcuts";
import { useSession } from "../session/session";
import type { ViewName } from "../store/view";
import { useLabels } from "./channels";
import { startConversation } from "./chrome";
import { Logo } from "./logo";
import { UserMenu } from "./user-menu";

const views: [ViewName, typeof Inbox][] = [
  ["mine", UserRound],
  ["unassigned", CircleDashed],
  ["open", Inbox],
  ["snoozed", AlarmClock],
  ["closed", Archive],
];

/** Labels shown at first: those used most. */
const FEW = 7;

const item =
  "group flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-ink-soft transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-ink [&>svg]:size-4 [&>svg]:shrink-0";

interface Props {
  className?: string;
  onHelp: () => void;
  onPalette: () => void;
}

export function Nav({ className, onHelp, onPalette }: Props) {
  const t = useT();
  const { account } = useSession();
  const cap = useKeyCap("palette");
  const { data: counts } = useQuery({ queryKey: ["counts"], queryFn: api.conversations.counts });
  const { label: shown } = useSearch({ strict: false });
  const labels = [...useLabels()].sort((a, b) => b.used - a.used || a.name.localeCompare(b.name));
  const [all, setAll] = useState(false);
  const offered = labels.filter(({ name }, at) => all || at < FEW || name === shown);
  return (
    <nav aria-label={t("nav.title")} className={cx("flex-col gap-4 border-r border-line bg-canvas p-3", className)}>
      <div className="flex items-center gap-2.5 px-1 pt-0.5">
        <Logo className="size-7 shrink-0" />
        <div className="min-w-0">
          <p className="truncate text-sm leading-tight font-semibold">{account.name}</p>
          <p className="text-2xs text-ink-faint">Sambung</p>
        </div>
      </div>
      <div className="flex flex-col gap-1.5">
        <Button look="primary" icon={<Plus className="size-4" aria-hidden />} onClick={() => startConversation()}>
          {t("nav.new")}
        </Button>
        <button
          type="button"
          onClick={onPalette}
          className="flex h-8 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink-faint hover:border-ink-faint"
        >
          <Search className="size-4" aria-hidden />
          <span className="min-w-0 flex-1 truncate text-left">{t("nav.find")}</span>
          {cap && <Kbd>{cap}</Kbd>}
        </button>
      </div>
      <div className="-mx-1 flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-1">
        <Group>
          {views.map(([name, Icon]) => (
            <li key={name}>
              <Link to="/inbox/$view" params={{ view: name }} search={{ label: undefined }} activeOptions={{ explicitUndefined: true }} className={item}>
                <Icon aria-hidden />
                <span className="flex-1 truncate">{t(`view.${name}`)}</span>
                {name !== "closed" && counts && <Count of={counts[name]} />}
              </Link>
            </li>
          ))}
        </Group>
        {labels.length > 0 && (
          <Group title={t("nav.labels")}>
            {offered.map(({ name }) => (
              <li key={name}>
                <Link to="/inbox/$view" params={{ view: "open" }} search={{ label: name }} className={item}>
                  <Tag aria-hidden />
                  <span className="flex-1 truncate">{name}</span>
                </Link>
              </li>
            ))}
            {labels.length > FEW && (
              <li>
                <button type="button" className={cx(item, "w-full")} aria-expanded={all} onClick={() => setAll(!all)}>
                  <Ellipsis aria-hidden />
                  {t(all ? "nav.fewerLabels" : "nav.moreLabels")}
                </button>
              </li>
            )}
          </Group>
        )}
      </div>
      <div className="flex flex-col gap-1">
        <Link to="/settings" className={item}>
          <Settings aria-hidden />
          {t("nav.settings")}
        </Link>
        <UserMenu onHelp={onHelp} />
      </div>
    </nav>
  );
}

function Group({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div>
      {title && <h2 className="px-2 pb-1 text-2xs font-semibold text-ink-faint">{title}</h2>}
      <ul className="flex flex-col gap-px">{children}</ul>
    </div>
  );
}

function Count({ of }: { of: number }) {
  const format = useFormat();
  return of > 0 ? <span className="tabular text-xs font-normal text-ink-faint">{format.number(of)}</span> : null;
}
