import { Check, MessageSquarePlus, Pencil, X } from "lucide-react";
import { useState, type FormEvent } from "react";
import * as api from "../../api/desk";
import type { Customer } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { IconButton } from "../../ui/button";
import { TextInput } from "../../ui/field";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { startConversation } from "../shell/chrome";
import { useCustomerChange } from "./change";

export function Head({ customer }: { customer: Customer }) {
  const t = useT();
  const format = useFormat();
  const [name, setName] = useState<string>();
  const rename = useCustomerChange((next: string) => api.customers.change(customer.id, { name: next }));
  function submit(event: FormEvent) {
    event.preventDefault();
    if (name?.trim()) rename.mutate(name.trim());
    setName(undefined);
  }
  return (
    <div className="flex items-center gap-3 px-4 py-4">
      <Avatar name={customer.name || t("customer.unnamed")} size="lg" />
      <div className="min-w-0 flex-1">
        {name === undefined ? (
          <div className="flex items-center gap-1">
            <p className="min-w-0 truncate text-lg leading-tight font-semibold">{customer.name || t("customer.unnamed")}</p>
            <IconButton label={t("customer.rename")} size="sm" onClick={() => setName(customer.name)}>
              <Pencil aria-hidden />
            </IconButton>
          </div>
        ) : (
          <form onSubmit={submit} className="flex items-center gap-0.5">
            <TextInput
              aria-label={t("field.name")}
              value={name}
              // The agent has just asked to edit it.
              autoFocus
              className="!h-8"
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => event.key === "Escape" && setName(undefined)}
            />
            <IconButton label={t("action.save")} size="sm" type="submit">
              <Check aria-hidden />
            </IconButton>
            <IconButton label={t("action.cancel")} size="sm" onClick={() => setName(undefined)}>
              <X aria-hidden />
            </IconButton>
          </form>
        )}
        <p className="text-xs text-ink-faint">{t("customer.since", { time: format.date(customer.created_at) })}</p>
      </div>
      <IconButton label={t("nav.new")} onClick={() => startConversation({ id: customer.id, name: customer.name })}>
        <MessageSquarePlus aria-hidden />
      </IconButton>
    </div>
  );
}
