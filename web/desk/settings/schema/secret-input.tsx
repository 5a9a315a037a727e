import { useState, type ComponentProps } from "react";
import { Button } from "../../../ui/button";
import { TextInput } from "../../../ui/field";
import { useT } from "../../i18n";

/** What the server shows of a secret that is set. Sent back unchanged, it leaves the secret alone. */
export const KEPT = "••••";

interface Props extends Omit<ComponentProps<"input">, "value" | "onChange"> {
  existing: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Secrets go in and never come out: one that is set can only be replaced. */
export function SecretInput({ existing, value, onChange, ...rest }: Props) {
  const t = useT();
  const [replacing, setReplacing] = useState(false);
  if (existing && value === KEPT && !replacing)
    return (
      <div className="flex gap-2">
        <TextInput {...rest} readOnly value="••••••••" className="text-ink-faint" />
        <Button
          className="h-9"
          onClick={() => {
            setReplacing(true);
            onChange("");
          }}
        >
          {t("connection.replaceSecret")}
        </Button>
      </div>
    );
  return (
    <div className="flex gap-2">
      <TextInput
        {...rest}
        type="password"
        autoComplete="new-password"
        value={typeof value === "string" ? value : ""}
        onChange={(event) => onChange(event.target.value)}
      />
      {replacing && (
        <Button
          className="h-9"
          onClick={() => {
            setReplacing(false);
            onChange(KEPT);
          }}
        >
          {t("action.cancel")}
        </Button>
      )}
    </div>
  );
}
