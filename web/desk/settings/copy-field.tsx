import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../ui/button";
import { Field, TextArea, TextInput } from "../../ui/field";
import { useT } from "../i18n";

interface Props {
  label: string;
  value: string;
  hint?: string;
  rows?: number;
}

/** Something to take elsewhere: an address for the provider, a snippet for the shop's page. */
export function CopyField({ label, value, hint, rows }: Props) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <div className="flex items-start gap-1.5">
          {rows ? (
            <TextArea {...ids} readOnly rows={rows} value={value} className="font-mono text-xs" onFocus={(event) => event.target.select()} />
          ) : (
            <TextInput {...ids} readOnly value={value} className="font-mono text-xs" onFocus={(event) => event.target.select()} />
          )}
          <IconButton label={t(copied ? "action.copied" : "action.copy")} className="size-9 border border-line-strong" onClick={() => void copy()}>
            {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
          </IconButton>
        </div>
      )}
    </Field>
  );
}
