import { Check, X } from "lucide-react";
import type { Customer } from "../../api/shapes";
import { textOf, useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { Section } from "./section";

export function Consents({ customer }: { customer: Customer }) {
  const t = useT();
  const format = useFormat();
  if (!customer.consents.length) return null;
  return (
    <Section title={t("consent.title")}>
      <ul className="flex flex-col gap-1 text-sm">
        {customer.consents.map(({ purpose, granted, at }) => (
          <li key={purpose} className="flex items-center gap-2">
            {granted ? <Check className="size-4 text-ok-ink" aria-hidden /> : <X className="size-4 text-danger-ink" aria-hidden />}
            <span className="flex-1">
              {textOf(t, "consent.purpose", purpose)}: {t(granted ? "consent.granted" : "consent.stopped")}
            </span>
            <time dateTime={at} className="text-xs text-ink-faint">
              {format.brief(at)}
            </time>
          </li>
        ))}
      </ul>
    </Section>
  );
}
