import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import * as api from "../../../api/desk";
import type { Health, Notice } from "../../../api/shapes";
import { Pill } from "../../../ui/pill";
import { textOf, useT } from "../../i18n";
import { useFormat } from "../../i18n/format";

const OFTEN = 30_000;

/** How the connection fares: its traffic, what failed or waits, and what the provider says of it. */
export function HealthSection({ id }: { id: string }) {
  const t = useT();
  const { data } = useQuery({
    queryKey: ["connections", id, "health"],
    queryFn: () => api.connections.health(id),
    refetchInterval: OFTEN,
  });
  if (!data) return null;
  return (
    <section className="flex flex-col gap-4 border-t border-line pt-6">
      <h2 className="text-lg font-semibold">{t("health.title")}</h2>
      {data.warnings.length > 0 && (
        <ul className="flex flex-col gap-1 rounded-lg bg-warn-soft px-4 py-3 text-sm text-warn-ink">
          {data.warnings.map((warning) => (
            <li key={warning} className="flex items-center gap-2">
              <TriangleAlert className="size-4 shrink-0" aria-hidden />
              {t(`health.${warning}`)}
            </li>
          ))}
        </ul>
      )}
      <Figures health={data} />
      {data.notices.length > 0 && <Notices notices={data.notices} />}
    </section>
  );
}

function Figures({ health }: { health: Health }) {
  const t = useT();
  const format = useFormat();
  const when = (at: string | null) => (at ? format.full(at) : t("health.never"));
  const { error_rate, oldest_waiting_at: oldest, token_expires_at: expires, webhook_checked_at: checked } = health;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
      <Figure name={t("health.lastIn")}>{when(health.last_in_at)}</Figure>
      <Figure name={t("health.lastOut")}>{when(health.last_out_at)}</Figure>
      <Figure name={t("health.sent")}>{format.number(health.sent_24h)}</Figure>
      <Figure name={t("health.failed")}>
        {format.number(health.failed_24h)}
        {error_rate > 0 && ` (${format.number(Math.round(error_rate * 1000) / 10)} %)`}
      </Figure>
      <Figure name={t("health.queued")}>
        {format.number(health.waiting)}
        {oldest && ` · ${t("health.since", { time: format.brief(oldest) })}`}
      </Figure>
      <Figure name={t("health.kept")}>
        {health.unrecorded > 0 ? (
          <Link to="/settings/queue" className="text-accent-ink underline underline-offset-2">
            {format.number(health.unrecorded)}
          </Link>
        ) : (
          format.number(0)
        )}
      </Figure>
      {expires && <Figure name={t("health.expires")}>{format.full(expires)}</Figure>}
      <Figure name={t("health.checked")}>{when(checked)}</Figure>
      {health.webhook_check && <Figure name={t("health.found")}>{health.webhook_check}</Figure>}
    </dl>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="tabular text-sm break-words">{children}</dd>
    </div>
  );
}

function Notices({ notices }: { notices: Notice[] }) {
  const t = useT();
  const format = useFormat();
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="text-sm font-semibold">{t("health.notices")}</h3>
      <ul className="divide-y divide-line rounded-xl border border-line">
        {notices.map(({ id, what, detail, alert, at }) => (
          <li key={id} className="px-4 py-2 text-sm">
            <p className="flex items-center gap-2">
              <span className="font-medium">{textOf(t, "notice", what)}</span>
              {alert && <Pill tone="warn">{t("health.alert")}</Pill>}
              <span className="ml-auto text-xs text-ink-faint">{format.full(at)}</span>
            </p>
            <p className="truncate text-xs text-ink-soft">{told(detail)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The provider's own words, such as they are. */
function told(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" · ");
}
