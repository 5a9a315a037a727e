import { ArrowLeftRight, GitMerge } from "lucide-react";
import { useState, type FormEvent } from "react";
import * as api from "../../api/desk";
import type { Customer, CustomerSummary, Evidence } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, TextInput } from "../../ui/field";
import { useT } from "../i18n";
import { sayDone, sayProblem } from "../inbox/actions";
import { queries } from "../store";
import { EvidenceList } from "./evidence";

interface Props {
  customer: Customer;
  other: CustomerSummary;
  evidence: Evidence[];
  onClose: () => void;
}

/** Two customers become one, with the reason kept, and a way back that restores exactly what was. */
export function MergeDialog({ customer, other, evidence, onClose }: Props) {
  const t = useT();
  const [swapped, setSwapped] = useState(false);
  const [survivor, absorbed] = swapped ? [other, customer] : [customer, other];
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const merge = await api.customers.merge(survivor.id, absorbed.id, reason.trim());
      sayDone(t("merge.done", { name: survivor.name || t("customer.unnamed") }), () => void unmerge(merge.id));
      onClose();
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
      await queries.invalidateQueries({ queryKey: ["customer"] });
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t("merge.title")}
      description={t("merge.text")}
      closeLabel={t("action.dismiss")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button look="primary" type="submit" form="merge" busy={busy} disabled={!reason.trim()} icon={<GitMerge className="size-4" aria-hidden />}>
            {t("merge.do")}
          </Button>
        </>
      }
    >
      <form id="merge" onSubmit={submit} className="flex flex-col gap-4 py-1">
        <div className="grid grid-cols-[1fr_auto_1fr] items-center gap-2 rounded-lg bg-sunken p-3 text-center">
          <Who name={absorbed.name || t("customer.unnamed")} role={t("merge.absorbed")} />
          <IconButton label={t("merge.swap")} onClick={() => setSwapped(!swapped)}>
            <ArrowLeftRight aria-hidden />
          </IconButton>
          <Who name={survivor.name || t("customer.unnamed")} role={t("merge.survivor")} />
        </div>
        {evidence.length > 0 && <EvidenceList evidence={evidence} />}
        <Field label={t("merge.reason")} hint={t("merge.reasonHint")} required>
          {(ids) => <TextInput {...ids} required value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}

function Who({ name, role }: { name: string; role: string }) {
  return (
    <div className="flex min-w-0 flex-col items-center gap-1">
      <Avatar name={name} />
      <span className="max-w-full truncate text-sm font-medium">{name}</span>
      <span className="text-2xs text-ink-soft">{role}</span>
    </div>
  );
}

export async function unmerge(id: string) {
  try {
    await api.customers.unmerge(id);
  } catch (error) {
    sayProblem(error);
  }
  await queries.invalidateQueries({ queryKey: ["customer"] });
}
