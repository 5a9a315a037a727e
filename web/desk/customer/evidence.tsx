import type { Evidence } from "../../api/shapes";
import { textOf, useT } from "../i18n";

/** "email:sari@x.test" as people write it. */
const plain = (value: string) => value.replace(/^(phone|email|whatsapp|whatsapp_parent|visitor|external):/, "");

export function EvidenceList({ evidence }: { evidence: Evidence[] }) {
  const t = useT();
  return (
    <ul className="flex flex-col gap-0.5 text-xs text-ink-soft">
      {evidence.map(({ what, value }) => (
        <li key={`${what} ${value}`} className="flex gap-1.5">
          <span aria-hidden>·</span>
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {textOf(t, "evidence", what)}
            {value && <span className="font-medium text-ink"> {plain(value)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
