import { useQuery } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import * as api from "../../api/desk";
import type { ApiKey, Role } from "../../api/shapes";
import { Button, IconButton } from "../../ui/button";
import { Empty, Loading } from "../../ui/empty";
import { Field, Select, TextInput } from "../../ui/field";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { sayProblem } from "../inbox/actions";
import { Confirm } from "../shell/confirm";
import { queries } from "../store";
import { CopyField } from "./copy-field";
import { PageHead } from "./page-head";
import { roles } from "./users";

const refresh = () => queries.invalidateQueries({ queryKey: ["api-keys"] });

export function ApiKeysPage() {
  const t = useT();
  const [added, setAdded] = useState<ApiKey>();
  const { data } = useQuery({ queryKey: ["api-keys"], queryFn: api.apiKeys.list });
  return (
    <>
      <PageHead title={t("settings.apiKeys")} text={t("apiKey.intro")} />
      <Add onAdded={setAdded} />
      {added?.key && (
        <div className="rounded-xl bg-ok-soft p-4">
          <CopyField label={t("apiKey.once", { name: added.name })} value={added.key} hint={t("apiKey.onceHint")} />
        </div>
      )}
      {!data && <Loading label={t("state.loading")} />}
      {data?.items.length === 0 && <Empty icon={<KeyRound aria-hidden />} title={t("apiKey.none")} />}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {data?.items.map((key) => (
          <Row key={key.id} apiKey={key} />
        ))}
      </ul>
    </>
  );
}

function Add({ onAdded }: { onAdded: (key: ApiKey) => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("agent");
  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      onAdded(await api.apiKeys.add(name.trim(), role));
      setName("");
    } catch (error) {
      sayProblem(error);
    }
    await refresh();
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
      <Field label={t("apiKey.name")} className="min-w-48 flex-1">
        {(ids) => <TextInput {...ids} required value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label={t("field.role")}>
        {(ids) => (
          <Select {...ids} value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {roles.map((each) => (
              <option key={each} value={each}>
                {t(`role.${each}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Button type="submit" look="primary" className="h-9">
        {t("apiKey.add")}
      </Button>
    </form>
  );
}

function Row({ apiKey }: { apiKey: ApiKey }) {
  const t = useT();
  const format = useFormat();
  async function remove() {
    try {
      await api.apiKeys.remove(apiKey.id);
    } catch (error) {
      sayProblem(error);
    }
    await refresh();
  }
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <KeyRound className="size-4 shrink-0 text-ink-faint" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{apiKey.name}</p>
        <p className="text-xs text-ink-faint">
          {apiKey.last_used_at ? t("apiKey.used", { time: format.full(apiKey.last_used_at) }) : t("apiKey.unused")}
        </p>
      </div>
      <Pill>{t(`role.${apiKey.role}`)}</Pill>
      <Confirm
        title={t("apiKey.remove")}
        text={t("apiKey.removeText", { name: apiKey.name })}
        action={t("action.remove")}
        onConfirm={() => void remove()}
        trigger={
          <IconButton label={t("apiKey.remove")}>
            <Trash2 aria-hidden />
          </IconButton>
        }
      />
    </li>
  );
}
