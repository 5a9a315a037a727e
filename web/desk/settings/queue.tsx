import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListChecks, RotateCw, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import * as api from "../../api/desk";
import type { Connection, Job, Unrecorded } from "../../api/shapes";
import { Button, IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { Empty, Loading } from "../../ui/empty";
import { textOf, useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { sayDone, sayProblem } from "../inbox/actions";
import { useConnections } from "../shell/channels";
import { Confirm } from "../shell/confirm";
import { queries } from "../store";
import { PageHead } from "./page-head";

const views = ["dead", "waiting", "unrecorded"] as const;
type View = (typeof views)[number];

const refresh = () => queries.invalidateQueries({ queryKey: ["queue"] });

/** Does it, and says what came of it. */
async function act(what: () => Promise<unknown>, said: string) {
  try {
    await what();
    sayDone(said);
  } catch (error) {
    sayProblem(error);
  }
  await refresh();
  await queries.invalidateQueries({ queryKey: ["connections"] });
}

export function QueuePage() {
  const t = useT();
  const [view, setView] = useState<View>("dead");
  return (
    <>
      <PageHead title={t("settings.queue")} text={t("queue.intro")} />
      <div role="group" aria-label={t("settings.queue")} className="flex flex-wrap gap-1">
        {views.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={view === each}
            onClick={() => setView(each)}
            className={cx(
              "h-8 rounded-md px-3 text-sm font-medium",
              view === each ? "bg-selected text-ink" : "text-ink-soft hover:bg-hover hover:text-ink",
            )}
          >
            {t(`queue.${each}`)}
          </button>
        ))}
      </div>
      {view === "unrecorded" ? <EveryUnrecorded /> : <Jobs key={view} state={view} />}
    </>
  );
}

function Jobs({ state }: { state: Job["state"] }) {
  const t = useT();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["queue", state],
    queryFn: ({ pageParam }) => api.jobs.list(state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const jobs = data?.pages.flatMap(({ items }) => items);
  return (
    <>
      {!jobs && <Loading label={t("state.loading")} />}
      {jobs?.length === 0 && <Empty icon={<ListChecks aria-hidden />} title={t(`queue.no_${state}`)} />}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {jobs?.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("queue.more")}
        </Button>
      )}
    </>
  );
}

function JobRow({ job }: { job: Job }) {
  const t = useT();
  const format = useFormat();
  const connection = useConnections().find(({ id }) => id === job.connection);
  const { id, kind, state, died_at, run_at, attempts, max_attempts, failure, conversation } = job;
  const when = state === "dead" && died_at ? t("queue.diedAt", { time: format.full(died_at) }) : t("queue.dueAt", { time: format.full(run_at) });
  return (
    <Row
      title={textOf(t, "job", kind)}
      told={[when, connection?.name, t("queue.attempts", { n: attempts, of: max_attempts })]}
      reason={failure}
      replay={t(state === "dead" ? "queue.replay" : "queue.now")}
      onReplay={() => act(() => api.jobs.replay(id), t("queue.again"))}
      onRemove={() => act(() => api.jobs.remove(id), t("queue.gone"))}
      removeText={t(kind === "send" ? "queue.removeReply" : "queue.removeText")}
    >
      {conversation && (
        <Link to="/inbox/$view/$conversation" params={{ view: "open", conversation }} className="text-accent-ink underline underline-offset-2">
          {t("queue.conversation")}
        </Link>
      )}
    </Row>
  );
}

function EveryUnrecorded() {
  const t = useT();
  const connections = useConnections();
  return (
    <>
      {connections.map((connection) => (
        <UnrecordedOf key={connection.id} connection={connection} />
      ))}
      <p className="text-sm text-ink-faint">{t("queue.unrecordedHint")}</p>
    </>
  );
}

function UnrecordedOf({ connection }: { connection: Connection }) {
  const { id, name } = connection;
  const { data } = useQuery({ queryKey: ["queue", "unrecorded", id], queryFn: () => api.connections.unrecorded(id) });
  if (!data?.items.length) return null;
  return (
    <section className="flex flex-col gap-1.5" aria-label={name}>
      <h2 className="text-sm font-semibold">{name}</h2>
      <ul className="divide-y divide-line rounded-xl border border-line">
        {data.items.map((one) => (
          <UnrecordedRow key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function UnrecordedRow({ one: { id, kind, at, error, item } }: { one: Unrecorded }) {
  const t = useT();
  const format = useFormat();
  const text = item["text"];
  return (
    <Row
      title={textOf(t, "fact", kind)}
      told={[format.full(at), typeof text === "string" ? text.slice(0, 120) : ""]}
      reason={error}
      replay={t("queue.replay")}
      onReplay={() => act(() => api.unrecorded.replay(id), t("queue.again"))}
      onRemove={() => act(() => api.unrecorded.remove(id), t("queue.gone"))}
      removeText={t("queue.removeFact")}
    />
  );
}

interface RowProps {
  title: string;
  told: (string | undefined)[];
  reason: string | null;
  /** The verb on the button. */
  replay: string;
  onReplay: () => Promise<void>;
  onRemove: () => Promise<void>;
  removeText: string;
  children?: ReactNode;
}

function Row({ title, told, reason, replay, onReplay, onRemove, removeText, children }: RowProps) {
  const t = useT();
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{title}</p>
        <p className="text-xs text-ink-faint">{told.filter(Boolean).join(" · ")}</p>
        {reason && <p className="mt-0.5 text-sm break-words text-danger-ink">{reason}</p>}
        {children && <p className="mt-0.5 text-sm">{children}</p>}
      </div>
      <Button size="sm" icon={<RotateCw className="size-4" aria-hidden />} onClick={() => void onReplay()}>
        {replay}
      </Button>
      <Confirm
        title={t("queue.remove")}
        text={removeText}
        action={t("action.remove")}
        onConfirm={() => void onRemove()}
        trigger={
          <IconButton label={t("queue.remove")}>
            <Trash2 aria-hidden />
          </IconButton>
        }
      />
    </li>
  );
}
