import type { FieldError } from "../../../api/problem";
import type { Schema } from "../../../api/shapes";
import { useT } from "../../i18n";
import { Properties } from "./properties";

interface Props {
  schema: Schema;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
  errors: FieldError[];
  /** Editing what exists: a secret left alone stays as it is. */
  existing: boolean;
}

/** A form drawn from a channel's own description of its settings, so that a new channel needs nothing here. */
export function SchemaForm({ schema, value, onChange, errors, existing }: Props) {
  const t = useT();
  const required = new Set(schema.required ?? []);
  const names = Object.keys(schema.properties ?? {});
  const first = names.filter((name) => required.has(name));
  const more = names.filter((name) => !required.has(name));
  const shared = { node: schema, root: schema, value, onChange, errors, existing, pointer: "/config" };
  const wrong = more.some((name) => errors.some(({ pointer }) => pointer.startsWith(`/config/${name}`)));
  return (
    <div className="flex flex-col gap-5">
      <Properties {...shared} names={first} />
      {more.length > 0 &&
        (first.length > 0 ? (
          <details open={wrong || undefined} className="rounded-lg border border-line">
            <summary className="cursor-pointer rounded-lg px-4 py-2.5 text-sm font-medium hover:bg-hover">{t("connection.more")}</summary>
            <div className="border-t border-line p-4">
              <Properties {...shared} names={more} />
            </div>
          </details>
        ) : (
          <Properties {...shared} names={more} />
        ))}
    </div>
  );
}
