import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import * as api from "../../api/desk";
import type { Connection } from "../../api/shapes";
import { IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { textOf, useT } from "../i18n";
import { useMay } from "../session/session";

/** Time alone makes a connection ail (a reply that waits), and no event tells of it. */
const OFTEN = 60_000;
/** Named one by one; of more it is said how many. */
const FEW = 2;

/** Tells who can do something about it that a connection has stopped, or wants a look. */
export function AilingBanner() {
  return useMay("connection.watch") ? <Ailing /> : null;
}

function Ailing() {
  const t = useT();
  const [hidden, setHidden] = useState("");
  const { data } = useQuery({ queryKey: ["connections"], queryFn: api.connections.list, refetchInterval: OFTEN });
  const ailing = (data?.items ?? [])
    .filter(({ health }) => health !== "ok")
    .sort(gravestFirst);
  const key = ailing.map(({ id, health }) => id + health).join();
  const shown = ailing.length > 0 && key !== hidden;
  const stopped = ailing[0]?.health === "stopped";
  return (
    <div role="status">
      {shown && (
        <div
          className={cx(
            "flex items-center justify-center gap-3 px-4 py-1 text-sm",
            stopped ? "bg-danger-soft text-danger-ink" : "bg-warn-soft text-warn-ink",
          )}
        >
          <TriangleAlert className="size-4 shrink-0" aria-hidden />
          <ul className="flex min-w-0 flex-wrap gap-x-4">
            {ailing.slice(0, FEW).map((connection) => (
              <li key={connection.id} className="min-w-0">
                <Told connection={connection} />
              </li>
            ))}
            {ailing.length > FEW && <li>{t("ailing.more", { n: ailing.length - FEW })}</li>}
          </ul>
          <IconButton label={t("action.dismiss")} className="!text-inherit" onClick={() => setHidden(key)}>
            <X aria-hidden />
          </IconButton>
        </div>
      )}
    </div>
  );
}

/** Stopped before ailing, the latest before the earlier. */
function gravestFirst(a: Connection, b: Connection): number {
  const stopped = Number(b.health === "stopped") - Number(a.health === "stopped");
  return stopped || (b.problem?.at ?? "").localeCompare(a.problem?.at ?? "");
}

function Told({ connection: { id, name, health, problem } }: { connection: Connection }) {
  const t = useT();
  const reason = problem ? textOf(t, "failure", problem.reason) : "";
  const text = t(health === "stopped" ? "ailing.stopped" : "ailing.warning", { name });
  const told = reason ? `${text}: ${reason}` : text;
  return useMay("connection.manage") ? (
    <Link to="/settings/connections/$connection" params={{ connection: id }} className="underline underline-offset-2">
      {told}
    </Link>
  ) : (
    <span>{told}</span>
  );
}
