import { useQuery } from "@tanstack/react-query";
import { Search, UserPlus, X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import * as api from "../../api/desk";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Field, TextInput } from "../../ui/field";
import { useT } from "../i18n";

/** A customer that exists (with an id), or one to be added. */
export interface Chosen {
  id?: string;
  name: string;
  identities?: { kind: string; value: string }[];
}

interface Props {
  chosen: Chosen | undefined;
  onChoose: (customer: Chosen | undefined) => void;
}

export function CustomerSearch({ chosen, onChoose }: Props) {
  const t = useT();
  const [words, setWords] = useState("");
  const q = useDeferredValue(words.trim());
  const { data } = useQuery({
    queryKey: ["customer-search", q],
    queryFn: () => api.customers.list(q),
    enabled: q.length > 1,
    placeholderData: (before) => before,
  });

  if (chosen)
    return (
      <div className="flex items-center gap-2.5 rounded-lg border border-line px-3 py-2">
        <Avatar name={chosen.name} size="sm" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{chosen.name}</span>
          {chosen.identities?.[0] && <span className="block truncate text-xs text-ink-faint">{chosen.identities[0].value}</span>}
        </span>
        <IconButton label={t("new.otherCustomer")} size="sm" onClick={() => onChoose(undefined)}>
          <X aria-hidden />
        </IconButton>
      </div>
    );

  const address = addressIn(q);
  return (
    <Field label={t("customer.one")} hint={t("new.customerHint")}>
      {(ids) => (
        <div className="flex flex-col gap-1">
          <div className="relative">
            <Search className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-faint" aria-hidden />
            <TextInput {...ids} type="search" className="pl-8" value={words} onChange={(event) => setWords(event.target.value)} />
          </div>
          {q.length > 1 && (
            <ul className="flex max-h-56 flex-col overflow-y-auto rounded-lg border border-line p-1">
              {data?.items.map((customer) => (
                <li key={customer.id}>
                  <Button look="quiet" className="!h-9 w-full !justify-start" icon={<Avatar name={customer.name} size="xs" />} onClick={() => onChoose(customer)}>
                    <span className="truncate">{customer.name || t("customer.unnamed")}</span>
                  </Button>
                </li>
              ))}
              {address && (
                <li>
                  <Button
                    look="quiet"
                    className="!h-9 w-full !justify-start"
                    icon={<UserPlus className="size-4" aria-hidden />}
                    onClick={() => onChoose({ name: address.value, identities: [address] })}
                  >
                    <span className="truncate">{t("new.addCustomer", { value: address.value })}</span>
                  </Button>
                </li>
              )}
              {data?.items.length === 0 && !address && <li className="p-2 text-sm text-ink-faint">{t("picker.none")}</li>}
            </ul>
          )}
        </div>
      )}
    </Field>
  );
}

/** A phone number or a mail address among what was typed: enough to write to somebody new. */
function addressIn(words: string): { kind: string; value: string } | undefined {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(words)) return { kind: "email", value: words };
  const digits = words.replace(/[\s().-]/g, "");
  if (/^\+?\d{8,15}$/.test(digits)) return { kind: "phone", value: digits };
  return undefined;
}
