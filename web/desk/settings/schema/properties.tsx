import { Plus, Trash2 } from "lucide-react";
import type { FieldError } from "../../../api/problem";
import type { Schema } from "../../../api/shapes";
import { Button, IconButton } from "../../../ui/button";
import { Field, Select, TextInput } from "../../../ui/field";
import { Switch } from "../../../ui/switch";
import { textOf, useT } from "../../i18n";
import { usePreferences } from "../../preferences/preferences";
import { MapEditor } from "./map-editor";
import { helpOf, initialObject, initialOf, isSecret, resolve, titleOf } from "./resolve";
import { SecretInput } from "./secret-input";

interface Shared {
  root: Schema;
  errors: FieldError[];
  existing: boolean;
  /** JSON pointer of what is drawn, as the server names it in its complaints. */
  pointer: string;
}

interface PropertiesProps extends Shared {
  node: Schema;
  names?: string[];
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
}

export function Properties({ node, names, value, onChange, pointer, ...shared }: PropertiesProps) {
  const properties = node.properties ?? {};
  return (
    <div className="flex flex-col gap-4">
      {(names ?? Object.keys(properties)).map((name) => (
        <Setting
          key={name}
          {...shared}
          name={name}
          schema={properties[name]!}
          required={node.required?.includes(name) ?? false}
          pointer={`${pointer}/${name}`}
          value={value[name]}
          onChange={(next) => onChange({ ...value, [name]: next })}
        />
      ))}
    </div>
  );
}

interface SettingProps extends Shared {
  name: string;
  schema: Schema;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Setting({ name, schema, required, value, onChange, ...shared }: SettingProps) {
  const t = useT();
  const { language } = usePreferences();
  const { root, errors, existing, pointer } = shared;
  const node = resolve(schema, root);
  const title = titleOf(node, name, language);
  const help = helpOf(node, language);
  const error = errors.find((problem) => problem.pointer === pointer)?.message;
  const field = { label: title, hint: help, error, required };

  if (node.const !== undefined) return null;
  if (node.type === "object" && node.properties)
    return <Group title={title} help={help} node={node} value={value} onChange={onChange} {...shared} />;
  if (node.type === "object")
    return (
      <Field {...field}>
        {(ids) => <MapEditor {...ids} value={(value ?? {}) as Record<string, string>} onChange={onChange} />}
      </Field>
    );
  if (node.type === "array")
    return <List title={title} help={help} error={error} node={node} value={(value ?? []) as unknown[]} onChange={onChange} {...shared} />;
  if (node.type === "boolean") return <Switch label={title} hint={help} checked={value === true} onChange={onChange} />;
  if (node.enum)
    return (
      <Field {...field}>
        {(ids) => (
          <Select {...ids} value={String(value ?? "")} onChange={(event) => onChange(event.target.value || null)}>
            {(node.nullable || value === undefined) && <option value="">–</option>}
            {node.enum!.map((option) => (
              <option key={option} value={option}>
                {textOf(t, `option.${name}`, String(option))}
              </option>
            ))}
          </Select>
        )}
      </Field>
    );
  if (isSecret(node))
    return (
      <Field {...field}>
        {(ids) => <SecretInput {...ids} existing={existing} required={required} value={value} onChange={onChange} />}
      </Field>
    );
  const numeric = node.type === "integer" || node.type === "number";
  return (
    <Field {...field}>
      {(ids) => (
        <TextInput
          {...ids}
          type={numeric ? "number" : node.format === "email" ? "email" : node.format === "uri" ? "url" : "text"}
          inputMode={numeric ? "numeric" : undefined}
          required={required}
          min={node.minimum}
          max={node.maximum}
          spellCheck={false}
          autoComplete="off"
          value={typeof value === "string" || typeof value === "number" ? value : ""}
          onChange={({ target }) => onChange(target.value === "" ? (node.nullable ? null : numeric ? undefined : "") : numeric ? Number(target.value) : target.value)}
        />
      )}
    </Field>
  );
}

interface GroupProps extends Shared {
  title: string;
  help: string | undefined;
  node: ReturnType<typeof resolve>;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Settings that belong together; where they may be left out as a whole, a switch says so. */
function Group({ title, help, node, value, onChange, ...shared }: GroupProps) {
  const on = value !== null && value !== undefined;
  return (
    <fieldset className="flex flex-col gap-4 rounded-lg border border-line p-4">
      <legend className="px-1 text-sm font-semibold">{title}</legend>
      {node.nullable && (
        <Switch label={title} hint={help} checked={on} onChange={(next) => onChange(next ? initialObject(node, shared.root) : null)} />
      )}
      {!node.nullable && help && <p className="text-xs text-ink-faint">{help}</p>}
      {(on || !node.nullable) && (
        <Properties node={node} value={(value ?? {}) as Record<string, unknown>} onChange={onChange} {...shared} />
      )}
    </fieldset>
  );
}

interface ListProps extends Shared {
  title: string;
  help: string | undefined;
  error: string | undefined;
  node: Schema;
  value: unknown[];
  onChange: (value: unknown[]) => void;
}

function List({ title, help, error, node, value, onChange, root, pointer, ...shared }: ListProps) {
  const t = useT();
  const items = node.items ?? { type: "string" };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{title}</legend>
      {value.map((item, at) => (
        <div key={at} className="flex items-end gap-1.5">
          <div className="min-w-0 flex-1">
            <Setting
              {...shared}
              root={root}
              name={`${title} ${at + 1}`}
              schema={{ ...items, title: `${title} ${at + 1}`, title_id: `${title} ${at + 1}` }}
              required
              pointer={`${pointer}/${at}`}
              value={item}
              onChange={(next) => onChange(value.with(at, next))}
            />
          </div>
          <IconButton label={t("action.remove")} onClick={() => onChange(value.filter((_, other) => other !== at))}>
            <Trash2 aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button size="sm" className="self-start" icon={<Plus className="size-3.5" aria-hidden />} onClick={() => onChange([...value, initialOf(items, root) ?? ""])}>
        {t("action.add")}
      </Button>
      {help && <p className="text-xs text-ink-faint">{help}</p>}
      {error && <p className="text-xs text-danger-ink">{error}</p>}
    </fieldset>
  );
}
