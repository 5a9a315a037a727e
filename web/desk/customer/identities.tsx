import { BadgeCheck, CircleHelp, Plus, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import * as api from "../../api/desk";
import type { Customer, Identity } from "../../api/shapes";
import { Button, IconButton } from "../../ui/button";
import { Field, Select, TextInput } from "../../ui/field";
import { Popover } from "../../ui/popover";
import { Tooltip } from "../../ui/tooltip";
import { textOf, useT } from "../i18n";
import { useCustomerChange } from "./change";
import { Confirm } from "../shell/confirm";
import { Section } from "./section";

/** Each way the customer is known, and whether that is proven or only said. */
export function Identities({ customer }: { customer: Customer }) {
  const t = useT();
  return (
    <Section title={t("customer.identities")} action={<Add customer={customer.id} />}>
      <ul className="flex flex-col gap-1">
        {customer.identities.map((identity) => (
          <Row key={identity.id} customer={customer.id} identity={identity} />
        ))}
      </ul>
    </Section>
  );
}

function Row({ customer, identity }: { customer: string; identity: Identity }) {
  const t = useT();
  const remove = useCustomerChange(() => api.customers.removeIdentity(customer, identity.id));
  const verified = identity.level === "verified";
  const level = t(verified ? "identity.verified" : "identity.claimed");
  const why = identity.evidence ? textOf(t, "evidence", identity.evidence) : t(verified ? "identity.verifiedWhy" : "identity.claimedWhy");
  return (
    <li className="group flex items-center gap-2">
      <Tooltip text={`${level}: ${why}`}>
        <button type="button" className="shrink-0 cursor-help rounded-full" aria-label={`${level}: ${why}`}>
          {verified ? <BadgeCheck className="size-4 text-ok-ink" aria-hidden /> : <CircleHelp className="size-4 text-warn-ink" aria-hidden />}
        </button>
      </Tooltip>
      <span className="min-w-0 flex-1">
        <span className="tabular block truncate text-sm" title={identity.value}>
          {identity.value}
        </span>
        <span className="block text-2xs text-ink-faint">
          {textOf(t, "identity.kind", identity.kind)} · {level.toLocaleLowerCase()}
        </span>
      </span>
      <Confirm
        title={t("identity.remove")}
        text={t("identity.removeText", { value: identity.value })}
        action={t("action.remove")}
        onConfirm={() => remove.mutate()}
        trigger={
          <IconButton label={t("identity.remove")} size="sm" className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100">
            <Trash2 aria-hidden />
          </IconButton>
        }
      />
    </li>
  );
}

const kinds = ["phone", "email", "external"] as const;

function Add({ customer }: { customer: string }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<string>("phone");
  const [value, setValue] = useState("");
  const add = useCustomerChange(() => api.customers.addIdentity(customer, kind, value.trim()));
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
    setValue("");
    setOpen(false);
  }
  return (
    <Popover
      label={t("identity.add")}
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-72 p-3"
      trigger={
        <IconButton label={t("identity.add")} size="sm">
          <Plus aria-hidden />
        </IconButton>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={t("field.kind")}>
          {(ids) => (
            <Select {...ids} value={kind} onChange={(event) => setKind(event.target.value)}>
              {kinds.map((name) => (
                <option key={name} value={name}>
                  {t(`identity.kind.${name}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={textOf(t, "identity.kind", kind)} hint={t("identity.addHint")}>
          {(ids) => <TextInput {...ids} required value={value} onChange={(event) => setValue(event.target.value)} />}
        </Field>
        <Button type="submit" look="primary">
          {t("identity.add")}
        </Button>
      </form>
    </Popover>
  );
}
