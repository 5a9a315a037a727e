import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Field, TextInput } from "../../ui/field";
import { useT } from "../i18n";
import { Appearance } from "../preferences/appearance";
import { Logo } from "../shell/logo";
import { signIn } from "./session";

export function SignIn() {
  const t = useT();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/signin" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    document.title = `${t("session.signIn")} · Sambung`;
  }, [t]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await signIn(email.trim(), password);
      // Only a path of our own: `//elsewhere` would lead away.
      await navigate({ to: next && /^\/(?!\/)/.test(next) ? next : "/", replace: true });
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure.status ? failure.detail || failure.title : t("error.offline"));
      setBusy(false);
    }
  }

  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 p-5">
      <div className="w-full max-w-88">
        <div className="mb-6 flex items-center gap-3">
          <Logo className="size-9" />
          <div>
            <h1 className="text-xl leading-tight font-semibold tracking-tight">Sambung</h1>
            <p className="text-sm text-ink-faint">{t("session.tagline")}</p>
          </div>
        </div>
        <form onSubmit={submit} className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-low">
          <Field label={t("session.email")}>
            {(ids) => (
              <TextInput
                {...ids}
                type="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label={t("session.password")}>
            {(ids) => (
              <TextInput
                {...ids}
                type="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          {error && (
            <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger-ink">
              {error}
            </p>
          )}
          <Button type="submit" look="primary" size="lg" busy={busy}>
            {t("session.signIn")}
          </Button>
        </form>
      </div>
      <Appearance />
    </main>
  );
}
