import { useQuery } from "@tanstack/react-query";
import { GitMerge, UsersRound } from "lucide-react";
import { useState } from "react";
import * as api from "../../api/desk";
import type { Customer, Suggestion } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { useCustomerChange } from "./change";
import { EvidenceList } from "./evidence";
import { MergeDialog } from "./merge-dialog";
import { Section } from "./section";

/** Who this may be as well. Never merged by itself: an agent looks at the evidence and decides. */
export function Suggestions({ customer }: { customer: Customer }) {
  const t = useT();
  const [merging, setMerging] = useState<Suggestion>();
  const { data } = useQuery({
    queryKey: ["customer", customer.id, "suggestions"],
    queryFn: () => api.customers.suggestions(customer.id),
  });
  if (!data?.items.length) return null;
  return (
    <Section title={t("suggestion.title")}>
      <ul className="flex flex-col gap-2">
        {data.items.map((suggestion) => (
          <Card key={suggestion.id} customer={customer} suggestion={suggestion} onMerge={() => setMerging(suggestion)} />
        ))}
      </ul>
      {merging && (
        <MergeDialog customer={customer} other={merging.other} evidence={merging.evidence} onClose={() => setMerging(undefined)} />
      )}
    </Section>
  );
}

function Card({ customer, suggestion, onMerge }: { customer: Customer; suggestion: Suggestion; onMerge: () => void }) {
  const t = useT();
  const format = useFormat();
  const dismiss = useCustomerChange(() => api.customers.dismiss(customer.id, suggestion.id));
  const { other, score, evidence } = suggestion;
  return (
    <li className="flex flex-col gap-2 rounded-lg border border-line-strong bg-surface p-3">
      <div className="flex items-center gap-2">
        <Avatar name={other.name || t("customer.unnamed")} size="sm" />
        <p className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{other.name || t("customer.unnamed")}</span>
          <span className="flex items-center gap-1 text-2xs text-ink-faint">
            <UsersRound className="size-3" aria-hidden />
            {t("suggestion.maybe")}
          </span>
        </p>
        <Pill tone={score >= 0.8 ? "ok" : "plain"}>{t("suggestion.score", { n: format.number(Math.round(score * 100)) })}</Pill>
      </div>
      <EvidenceList evidence={evidence} />
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" look="primary" icon={<GitMerge className="size-3.5" aria-hidden />} onClick={onMerge}>
          {t("merge.do")}
        </Button>
        <Button size="sm" look="quiet" busy={dismiss.isPending} onClick={() => dismiss.mutate()}>
          {t("suggestion.dismiss")}
        </Button>
      </div>
    </li>
  );
}
