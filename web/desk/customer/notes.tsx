import { useState } from "react";
import * as api from "../../api/desk";
import type { Customer } from "../../api/shapes";
import { TextArea } from "../../ui/field";
import { useT } from "../i18n";
import { useCustomerChange } from "./change";
import { Section } from "./section";

/** What colleagues should know of this customer, whatever the conversation. Saved when left. */
export function Notes({ customer }: { customer: Customer }) {
  const t = useT();
  const [text, setText] = useState<string>();
  const save = useCustomerChange((notes: string) => api.customers.change(customer.id, { notes }));
  return (
    <Section title={t("customer.notes")}>
      <TextArea
        aria-label={t("customer.notes")}
        rows={1}
        placeholder={t("customer.notesPlaceholder")}
        className="field-sizing-content min-h-9 resize-none text-sm"
        value={text ?? customer.notes ?? ""}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => {
          if (text !== undefined && text !== customer.notes) save.mutate(text);
          setText(undefined);
        }}
      />
    </Section>
  );
}
