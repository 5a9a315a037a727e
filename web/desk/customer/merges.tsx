import { GitBranch, GitMerge, Search } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import * as api from "../../api/desk";
import type { Customer, CustomerSummary, Merge } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { control } from "../../ui/field";
import { cx } from "../../ui/cx";
import { entry } from "../../ui/menu";
import { Popover } from "../../ui/popover";
import { textOf, useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { Confirm } from "../shell/confirm";
import { MergeDialog, unmerge } from "./merge-dialog";
import { Section } from "./section";

/** What was merged into this customer, and the way back. */
export function Merges({ customer }: { customer: Customer }) {
  const t = useT();
  const [other, setOther] = useState<CustomerSummary>();
  const standing = customer.merges.filter(({ undone_at }) => !undone_at);
  return (
    <Section title={t("merge.section")} action={<FindOther customer={customer.id} onPick={setOther} />}>
      {standing.length === 0 ? (
        <p className="text-xs text-ink-faint">{t("merge.none")}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {standing.map((merge) => (
            <Row key={merge.id} merge={merge} />
          ))}
        </ul>
      )}
      {other && <MergeDialog customer={customer} other={other} evidence={[]} onClose={() => setOther(undefined)} />}
    </Section>
  );
}

function Row({ merge }: { merge: Merge }) {
  const t = useT();
  const format = useFormat();
  const name = merge.absorbed.name || t("customer.unnamed");
  return (
    <li className="flex items-start gap-2">
      <GitMerge className="mt-0.5 size-4 shrink-0 text-ink-faint" aria-hidden />
      <span className="min-w-0 flex-1 text-sm">
        <span className="block truncate font-medium">{name}</span>
        <span className="block text-xs text-ink-faint">
          {textOf(t, "merge.because", merge.reason)} · {format.full(merge.at)}
          {merge.by?.name && ` · ${merge.by.name}`}
        </span>
      </span>
      <Confirm
        title={t("merge.undoTitle")}
        text={t("merge.undoText", { name })}
        action={t("merge.undo")}
        onConfirm={() => void unmerge(merge.id)}
        trigger={
          <Button size="sm" look="quiet">
            {t("merge.undo")}
          </Button>
        }
      />
    </li>
  );
}

/** Merging on the agent's own knowledge, without a suggestion. */
function FindOther({ customer, onPick }: { customer: string; onPick: (other: CustomerSummary) => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const q = useDeferredValue(words.trim());
  const { data } = useQuery({ queryKey: ["customer-search", q], queryFn: () => api.customers.list(q), enabled: q.length > 1 });
  return (
    <Popover
      label={t("merge.find")}
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-72 p-2"
      trigger={
        <IconButton label={t("merge.find")} size="sm">
          <GitBranch aria-hidden />
        </IconButton>
      }
    >
      <div className="relative">
        <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-faint" aria-hidden />
        <input type="search" aria-label={t("merge.find")} placeholder={t("merge.find")} value={words} onChange={(event) => setWords(event.target.value)} className={cx(control, "h-8 pl-8 text-sm")} />
      </div>
      <ul className="mt-1 max-h-60 overflow-y-auto">
        {data?.items
          .filter(({ id }) => id !== customer)
          .map((found) => (
            <li key={found.id}>
              <button
                type="button"
                className={cx(entry, "w-full hover:bg-hover")}
                onClick={() => {
                  setOpen(false);
                  onPick(found);
                }}
              >
                <Avatar name={found.name || t("customer.unnamed")} size="xs" />
                <span className="truncate">{found.name || t("customer.unnamed")}</span>
              </button>
            </li>
          ))}
      </ul>
    </Popover>
  );
}
