import { useState, type FormEvent } from "react";
import { session as api } from "../../api/desk";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Field, TextInput } from "../../ui/field";
import { useT } from "../i18n";
import { sayDone, sayProblem } from "../inbox/actions";
import { renamed, useSession } from "../session/session";
import { PageHead } from "./page-head";

export function ProfilePage() {
  const t = useT();
  const { user } = useSession();
  return (
    <>
      <PageHead title={t("settings.profile")} text={`${user.email} · ${t(`role.${user.role}`)}`} />
      <Name />
      <Password />
    </>
  );
}

function Name() {
  const t = useT();
  const { user } = useSession();
  const [name, setName] = useState(user.name);
  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      renamed((await api.changeUser({ name: name.trim() })).name);
      sayDone(t("done.saved"));
    } catch (error) {
      sayProblem(error);
    }
  }
  return (
    <form onSubmit={submit} className="flex max-w-md items-end gap-2">
      <Field label={t("field.name")} className="flex-1">
        {(ids) => <TextInput {...ids} required value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Button type="submit" className="h-9">
        {t("action.save")}
      </Button>
    </form>
  );
}

function Password() {
  const t = useT();
  const [current, setCurrent] = useState("");
  const [replacement, setReplacement] = useState("");
  const [error, setError] = useState<string>();
  async function submit(event: FormEvent) {
    event.preventDefault();
    setError(undefined);
    try {
      await api.changePassword(current, replacement);
      setCurrent("");
      setReplacement("");
      sayDone(t("done.saved"));
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure.errors[0]?.message ?? (failure.detail || failure.title));
    }
  }
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4 border-t border-line pt-6">
      <h2 className="text-lg font-semibold">{t("profile.password")}</h2>
      <Field label={t("profile.current")}>
        {(ids) => (
          <TextInput {...ids} type="password" autoComplete="current-password" required value={current} onChange={(event) => setCurrent(event.target.value)} />
        )}
      </Field>
      <Field label={t("profile.replacement")} hint={t("user.passwordHint")} error={error}>
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoComplete="new-password"
            minLength={10}
            required
            value={replacement}
            onChange={(event) => setReplacement(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" className="self-start">
        {t("profile.change")}
      </Button>
    </form>
  );
}
