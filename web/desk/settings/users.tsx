import { useQuery } from "@tanstack/react-query";
import { MoreHorizontal, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import * as api from "../../api/desk";
import { Problem } from "../../api/problem";
import type { Role, User } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Loading } from "../../ui/empty";
import { Field, Select, TextInput } from "../../ui/field";
import { Menu, MenuItem, MenuLine, MenuTitle } from "../../ui/menu";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { sayDone, sayProblem } from "../inbox/actions";
import { useSession } from "../session/session";
import { queries } from "../store";
import { PageHead } from "./page-head";

export const roles: Role[] = ["agent", "supervisor", "admin"];
const refresh = () => queries.invalidateQueries({ queryKey: ["users"] });

export function UsersPage() {
  const t = useT();
  const { data } = useQuery({ queryKey: ["users"], queryFn: api.users.list });
  const [adding, setAdding] = useState(false);
  const [resetting, setResetting] = useState<User>();
  return (
    <>
      <PageHead
        title={t("settings.users")}
        text={t("user.intro")}
        action={
          <Button look="primary" icon={<Plus className="size-4" aria-hidden />} onClick={() => setAdding(true)}>
            {t("user.add")}
          </Button>
        }
      />
      {!data && <Loading label={t("state.loading")} />}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {data?.items.map((user) => (
          <Row key={user.id} user={user} onReset={() => setResetting(user)} />
        ))}
      </ul>
      {adding && <AddUser onClose={() => setAdding(false)} />}
      {resetting && <ResetPassword user={resetting} onClose={() => setResetting(undefined)} />}
    </>
  );
}

function Row({ user, onReset }: { user: User; onReset: () => void }) {
  const t = useT();
  const me = useSession().user;
  async function change(change: Parameters<typeof api.users.change>[1]) {
    try {
      await api.users.change(user.id, change);
      sayDone(t("done.saved"));
    } catch (error) {
      sayProblem(error);
    }
    await refresh();
  }
  const disabled = user.status === "disabled";
  return (
    <li className="flex items-center gap-3.5 px-4 py-3">
      <Avatar name={user.name} className={disabled ? "opacity-50" : ""} />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{user.name}</span>
          {disabled && <Pill tone="danger">{t("user.disabled")}</Pill>}
        </p>
        <p className="truncate text-sm text-ink-faint">{user.email}</p>
      </div>
      <Pill tone={user.role === "admin" ? "accent" : "plain"}>{t(`role.${user.role}`)}</Pill>
      <Menu
        align="end"
        trigger={
          <IconButton label={t("user.change", { name: user.name })}>
            <MoreHorizontal aria-hidden />
          </IconButton>
        }
      >
        <MenuTitle>{t("field.role")}</MenuTitle>
        {roles.map((role) => (
          <MenuItem key={role} checked={user.role === role} disabled={user.id === me.id} onSelect={() => void change({ role })}>
            {t(`role.${role}`)}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={onReset}>{t("user.reset")}</MenuItem>
        <MenuItem danger={!disabled} disabled={user.id === me.id} onSelect={() => void change({ status: disabled ? "active" : "disabled" })}>
          {t(disabled ? "user.enable" : "user.disable")}
        </MenuItem>
      </Menu>
    </li>
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [user, setUser] = useState({ name: "", email: "", role: "agent" as Role, password: "" });
  const [problem, setProblem] = useState<Problem>();
  const errorOf = (name: string) => problem?.errors.find(({ pointer }) => pointer === `/${name}`)?.message;
  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      await api.users.add(user);
      await refresh();
      sayDone(t("user.added", { name: user.name }));
      onClose();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("user.add")}
      closeLabel={t("action.dismiss")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button look="primary" type="submit" form="add-user">
            {t("user.add")}
          </Button>
        </>
      }
    >
      <form id="add-user" onSubmit={submit} className="flex flex-col gap-4 py-1">
        <Field label={t("field.name")} error={errorOf("name")} required>
          {(ids) => <TextInput {...ids} required value={user.name} onChange={(event) => setUser({ ...user, name: event.target.value })} />}
        </Field>
        <Field label={t("session.email")} error={errorOf("email")} required>
          {(ids) => (
            <TextInput {...ids} type="email" required value={user.email} onChange={(event) => setUser({ ...user, email: event.target.value })} />
          )}
        </Field>
        <Field label={t("field.role")}>
          {(ids) => (
            <Select {...ids} value={user.role} onChange={(event) => setUser({ ...user, role: event.target.value as Role })}>
              {roles.map((role) => (
                <option key={role} value={role}>
                  {t(`role.${role}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <PasswordField value={user.password} error={errorOf("password")} onChange={(password) => setUser({ ...user, password })} />
        {problem && !problem.errors.length && (
          <p role="alert" className="text-sm text-danger-ink">
            {problem.detail || problem.title}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useT();
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string>();
  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      await api.users.change(user.id, { password });
      sayDone(t("done.saved"));
      onClose();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure.errors[0]?.message ?? failure.detail);
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("user.reset")}
      description={user.name}
      closeLabel={t("action.dismiss")}
      footer={
        <Button look="primary" type="submit" form="reset-password">
          {t("action.save")}
        </Button>
      }
    >
      <form id="reset-password" onSubmit={submit} className="py-1">
        <PasswordField value={password} error={error} onChange={setPassword} />
      </form>
    </Dialog>
  );
}

function PasswordField({ value, error, onChange }: { value: string; error: string | undefined; onChange: (value: string) => void }) {
  const t = useT();
  return (
    <Field label={t("session.password")} hint={t("user.passwordHint")} error={error} required>
      {(ids) => (
        <TextInput {...ids} type="password" autoComplete="new-password" minLength={10} required value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
