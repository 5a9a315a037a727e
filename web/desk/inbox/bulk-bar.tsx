import { Archive, ArchiveRestore, CheckCheck, Tag, UserRoundPlus, X } from "lucide-react";
import { IconButton } from "../../ui/button";
import { useT } from "../i18n";
import { useMay } from "../session/session";
import type { ListState } from "../store/lists";
import { queryOf, type View } from "../store/view";
import { bulk } from "./actions";
import { AssigneePicker, LabelPicker } from "./pickers";
import type { Selection } from "./selection";

interface Props {
  selection: Selection;
  list: ListState;
  view: View;
}

/** What can be done with everything that is ticked. */
export function BulkBar({ selection, list, view }: Props) {
  const t = useT();
  const closed = view.name === "closed";
  const mayAll = useMay("conversation.bulk");
  const whole = list.ids.length > 0 && list.ids.every((id) => selection.ids.has(id));
  /** More match than have been read, and all of those were ticked: then the list itself is meant. */
  const matching = whole && list.next !== null && mayAll;
  const run = (action: Parameters<typeof bulk>[1], value?: unknown) => {
    const chosen = matching ? { filter: queryOf(view) } : { ids: [...selection.ids] };
    selection.clear();
    void bulk(chosen, action, value);
  };
  return (
    <div role="toolbar" aria-label={t("bulk.title")} className="flex h-14 items-center gap-0.5 border-b border-line bg-accent-soft px-2">
      <IconButton label={t("bulk.clear")} onClick={selection.clear}>
        <X aria-hidden />
      </IconButton>
      <span className="tabular flex-1 px-1 text-sm font-medium text-accent-ink" role="status">
        {matching ? t("bulk.matching") : t("bulk.count", { n: selection.ids.size })}
      </span>
      <IconButton label={t("bulk.all")} pressed={whole} onClick={() => selection.take(list.ids)}>
        <CheckCheck aria-hidden />
      </IconButton>
      <AssigneePicker
        onPick={(user) => run("assign", user?.id ?? null)}
        trigger={
          <IconButton label={t("action.assign")}>
            <UserRoundPlus aria-hidden />
          </IconButton>
        }
      />
      <LabelPicker
        labels={[]}
        onPick={(labels) => run("label", labels[0])}
        trigger={
          <IconButton label={t("action.label")}>
            <Tag aria-hidden />
          </IconButton>
        }
      />
      <IconButton label={t(closed ? "action.reopen" : "action.close")} onClick={() => run(closed ? "reopen" : "close")}>
        {closed ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
      </IconButton>
    </div>
  );
}
