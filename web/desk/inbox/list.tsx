import { useVirtualizer } from "@tanstack/react-virtual";
import { Inbox, SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "../../ui/button";
import { cx } from "../../ui/cx";
import { Empty, Loading } from "../../ui/empty";
import { useT } from "../i18n";
import { useShortcut } from "../keys/shortcuts";
import { lists } from "../store";
import { useList } from "../store/hooks";
import { keyOf, mixesStatuses, type View } from "../store/view";
import { BulkBar } from "./bulk-bar";
import { ListHeader } from "./list-header";
import { ConversationRow } from "./row";
import { useSelection } from "./selection";

/** Pixels; a fixed height keeps 10,000 rows cheap. */
const ROW = 88;

interface Props {
  view: View;
  current: string | undefined;
  className: string;
}

export function ConversationList({ view, current, className }: Props) {
  const t = useT();
  const list = useList(view);
  const { ids, next, phase } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const selection = useSelection(keyOf(view) + view.name);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    getItemKey: (index) => ids[index]!,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (next && phase === "ready" && last >= ids.length - 20) void lists.more(view);
  }, [next, phase, last, ids.length, view]);

  const at = current ? ids.indexOf(current) : -1;
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
    // Only when another conversation is opened: a list that moves under the reader is left where they scrolled it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [current]);

  useShortcut("select", () => current && selection.toggle(current), Boolean(current));

  return (
    <section aria-label={t("inbox.list")} className={cx("flex min-w-0 flex-col border-r border-line bg-canvas", className)}>
      {selection.ids.size > 0 ? (
        <BulkBar selection={selection} list={list} view={view} />
      ) : (
        <ListHeader key={`${view.name} ${view.label ?? ""}`} view={view} />
      )}
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        {ids.length === 0 && phase === "loading" && <Loading label={t("state.loading")} />}
        {ids.length === 0 && phase === "failed" && (
          <Empty title={t("error.list")} action={<Button onClick={() => void lists.reload()}>{t("action.tryAgain")}</Button>} />
        )}
        {ids.length === 0 && phase === "ready" && (
          <Empty
            icon={view.q ? <SearchX aria-hidden /> : <Inbox aria-hidden />}
            title={t(view.q ? "inbox.noneFound" : "inbox.empty")}
            className="pt-20"
          >
            {t(view.q ? "inbox.noneFoundHint" : "inbox.emptyHint")}
          </Empty>
        )}
        {ids.length > 0 && (
          <ul className="relative" style={{ height: rows.getTotalSize() }}>
            {items.map(({ index, key, start }) => (
              <li
                key={key}
                className="absolute inset-x-0 top-0"
                style={{ height: ROW, transform: `translateY(${start}px)` }}
                aria-setsize={next ? -1 : ids.length}
                aria-posinset={index + 1}
              >
                <ConversationRow
                  id={ids[index]!}
                  view={view.name}
                  mixed={mixesStatuses(view)}
                  current={ids[index] === current}
                  selected={selection.ids.has(ids[index]!)}
                  selecting={selection.ids.size > 0}
                  onSelect={selection.toggle}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
