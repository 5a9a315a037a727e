import { Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "../../../ui/button";
import { TextInput } from "../../../ui/field";
import { useT } from "../../i18n";

interface Props {
  id: string;
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
}

/** Names and values of free choice, e.g. which field of a gateway's request means what. */
export function MapEditor({ id, value, onChange }: Props) {
  const t = useT();
  const entries = Object.entries(value);
  const put = (at: number, name: string, text: string) => onChange(Object.fromEntries(entries.with(at, [name, text])));
  return (
    <div id={id} className="flex flex-col gap-2">
      {entries.map(([name, text], at) => (
        <div key={at} className="flex gap-1.5">
          <TextInput aria-label={t("field.name")} value={name} onChange={(event) => put(at, event.target.value, text)} />
          <TextInput aria-label={t("field.value")} value={text} onChange={(event) => put(at, name, event.target.value)} />
          <IconButton label={t("action.remove")} onClick={() => onChange(Object.fromEntries(entries.filter((_, other) => other !== at)))}>
            <Trash2 aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button size="sm" className="self-start" disabled={"" in value} icon={<Plus className="size-3.5" aria-hidden />} onClick={() => onChange({ ...value, "": "" })}>
        {t("action.add")}
      </Button>
    </div>
  );
}
