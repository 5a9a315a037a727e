import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { CheckCircle2, CircleAlert, PlugZap } from "lucide-react";
import { useState } from "react";
import * as api from "../../../api/desk";
import { Problem } from "../../../api/problem";
import type { Channel, Connection } from "../../../api/shapes";
import { Button } from "../../../ui/button";
import { cx } from "../../../ui/cx";
import { Empty, Loading } from "../../../ui/empty";
import { Switch } from "../../../ui/switch";
import { textOf, useT } from "../../i18n";
import { useFormat } from "../../i18n/format";
import { sayDone, sayProblem } from "../../inbox/actions";
import { ChannelMark } from "../../shell/channel-mark";
import { useChannels } from "../../shell/channels";
import { Confirm } from "../../shell/confirm";
import { queries } from "../../store";
import { CopyField } from "../copy-field";
import { PageHead } from "../page-head";
import { ConnectionForm } from "./form";
import { HealthSection } from "./health";
import { ConnectionStatus } from "./list";

export function ConnectionPage() {
  const t = useT();
  const { connection: id } = useParams({ from: "/desk/settings/connections/$connection" });
  const { find } = useChannels();
  const { data } = useQuery({ queryKey: ["connections"], queryFn: api.connections.list });
  const connection = data?.items.find((item) => item.id === id);
  const channel = connection && find(connection.channel);
  if (data && !connection) return <Empty title={t("connection.gone")} />;
  if (!connection || !channel) return <Loading label={t("state.loading")} />;
  return <Page key={id} connection={connection} channel={channel} />;
}

const refresh = () => queries.invalidateQueries({ queryKey: ["connections"] });

function Page({ connection, channel }: { connection: Connection; channel: Channel }) {
  const t = useT();
  const format = useFormat();
  const navigate = useNavigate();
  const { titleOf } = useChannels();
  const { id, name, problem } = connection;

  async function change(change: Parameters<typeof api.connections.change>[1]) {
    try {
      await api.connections.change(id, change);
    } catch (error) {
      sayProblem(error);
    }
    await refresh();
  }

  async function remove() {
    try {
      await api.connections.remove(id);
      sayDone(t("connection.removed", { name }));
      await navigate({ to: "/settings/connections" });
    } catch (error) {
      sayProblem(error);
    }
    await refresh();
  }

  return (
    <>
      <PageHead
        title={
          <>
            <ChannelMark channel={connection.channel} size="md" />
            <span className="min-w-0 truncate">{name}</span>
            <ConnectionStatus connection={connection} />
          </>
        }
        text={[titleOf(connection.channel), connection.address].filter(Boolean).join(" · ")}
      />
      {problem && (
        <div role="alert" className="flex gap-2.5 rounded-lg bg-danger-soft px-4 py-3 text-sm text-danger-ink">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <p>
            <span className="font-semibold">{textOf(t, "failure", problem.reason)}</span> · {format.full(problem.at)}
            <span className="block">
              {problem.detail}
              {problem.code && ` (${problem.code})`}
            </span>
          </p>
        </div>
      )}
      <Check id={id} />
      <HealthSection id={id} />
      <Elsewhere connection={connection} channel={channel} />
      <section className="flex flex-col gap-4 border-t border-line pt-6">
        <h2 className="text-lg font-semibold">{t("connection.settings")}</h2>
        <ConnectionForm
          key={JSON.stringify(connection.config)}
          schema={channel.schema}
          name={name}
          config={connection.config}
          existing
          action={t("action.save")}
          onSave={async (nextName, config) => {
            await api.connections.change(id, { name: nextName, config });
            await refresh();
            sayDone(t("done.saved"));
          }}
        />
      </section>
      <section className="flex flex-col gap-4 border-t border-line pt-6">
        <Switch
          label={t("connection.enabled")}
          hint={t("connection.enabledHint")}
          checked={connection.status !== "disabled"}
          onChange={(on) => void change({ status: on ? "active" : "disabled" })}
        />
        <Confirm
          title={t("connection.remove")}
          text={t("connection.removeText", { name })}
          action={t("action.remove")}
          onConfirm={() => void remove()}
          trigger={<Button className="self-start !text-danger-ink">{t("connection.remove")}</Button>}
        />
      </section>
    </>
  );
}

/** Tries the credentials with the provider and says what was found. */
function Check({ id }: { id: string }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ ok: boolean; message: string }>();
  async function check() {
    setBusy(true);
    try {
      setResult(await api.connections.check(id));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setResult({ ok: false, message: error.status ? error.detail || error.title : t("error.offline") });
    }
    setBusy(false);
    await refresh();
  }
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button icon={<PlugZap className="size-4" aria-hidden />} busy={busy} onClick={() => void check()}>
        {t("connection.test")}
      </Button>
      <p role="status" className={cx("flex min-w-0 items-center gap-1.5 text-sm", result?.ok ? "text-ok-ink" : "text-danger-ink")}>
        {result && (result.ok ? <CheckCircle2 className="size-4 shrink-0" aria-hidden /> : <CircleAlert className="size-4 shrink-0" aria-hidden />)}
        {result && (result.message || t(result.ok ? "connection.works" : "connection.fails"))}
      </p>
    </div>
  );
}

/** What has to be set elsewhere: at the provider, or on the shop's page. */
function Elsewhere({ connection, channel }: { connection: Connection; channel: Channel }) {
  const t = useT();
  const { hook_url, config } = connection;
  const verify = config["verify_token"];
  if (channel.transport === "socket") {
    const script = new URL(`/widget/${connection.id}.js`, location.origin);
    return (
      <CopyField
        rows={2}
        label={t("connection.snippet")}
        hint={t("connection.snippetHint")}
        value={`<script async src="${script}"></script>`}
      />
    );
  }
  if (!hook_url || channel.transport !== "webhook") return null;
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <CopyField label={t("connection.hook")} hint={t("connection.hookHint")} value={new URL(hook_url, location.origin).href} />
      {typeof verify === "string" && !verify.startsWith("••") && <CopyField label={t("connection.verifyToken")} value={verify} />}
    </div>
  );
}
