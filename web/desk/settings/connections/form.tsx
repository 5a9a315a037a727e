import { useState, type FormEvent } from "react";
import { Problem, type FieldError } from "../../../api/problem";
import type { Schema } from "../../../api/shapes";
import { Button } from "../../../ui/button";
import { Field, TextInput } from "../../../ui/field";
import { useT } from "../../i18n";
import { SchemaForm } from "../schema/schema-form";

interface Props {
  schema: Schema;
  name: string;
  config: Record<string, unknown>;
  existing: boolean;
  action: string;
  onSave: (name: string, config: Record<string, unknown>) => Promise<void>;
}

export function ConnectionForm({ schema, name: givenName, config: givenConfig, existing, action, onSave }: Props) {
  const t = useT();
  const [name, setName] = useState(givenName);
  const [config, setConfig] = useState(givenConfig);
  const [problem, setProblem] = useState<{ text: string; errors: FieldError[] }>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await onSave(name.trim(), config);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem({ text: error.status ? error.detail || error.title : t("error.offline"), errors: error.errors });
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <Field label={t("connection.name")} hint={t("connection.nameHint")} required error={problem?.errors.find(({ pointer }) => pointer === "/name")?.message}>
        {(ids) => <TextInput {...ids} required value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <SchemaForm schema={schema} value={config} onChange={setConfig} errors={problem?.errors ?? []} existing={existing} />
      {problem && (
        <div role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger-ink">
          {problem.text}
          {problem.errors.length > 0 && (
            <ul className="mt-1 list-inside list-disc">
              {problem.errors.map(({ pointer, message }) => (
                <li key={pointer + message}>
                  <code className="text-xs">{pointer.replace(/^\/config\//, "")}</code>: {message}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <Button type="submit" look="primary" busy={busy} className="self-start">
        {action}
      </Button>
    </form>
  );
}
