import { Archive, ArchiveRestore, CheckCheck, Tag, UserRoundPlus, X } from "lucide-react";
import { IconButton } from "../../ui/button";
import { useT } from "../i18n";
import type { View } from "../store/view";
import { bulk } from "./actions";
import { AssigneePicker, LabelPicker } from "./pickers";
import type { Selection } from "./selection";

interface Props {
  selection: Selection;
  all: readonly string[];
  view: View;
}

/** What can be done with everything that is ticked. */
export function BulkBar({ selection, all, view }: Props) {
  const t = useT();
  const closed = view.name === "closed";
  const run = (action: Parameters<typeof bulk>[1], value?: unknown) => {
    const ids = [...selection.ids];
    selection.clear();
    void bulk(ids, action, value);
  };
  return (
    <div role="toolbar" aria-label={t("bulk.title")} className="flex h-14 items-center gap-0.5 border-b border-line bg-accent-soft px-2">
      <IconButton label={t("bulk.clear")} onClick={selection.clear}>
        <X aria-hidden />
      </IconButton>
      <span className="tabular flex-1 px-1 text-sm font-medium text-accent-ink" role="status">
        {t("bulk.count", { n: selection.ids.size })}
      </span>
      <IconButton label={t("bulk.all", { n: all.length })} onClick={() => selection.take(all)}>
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
