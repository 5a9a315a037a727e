import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronRight, Plug, Plus } from "lucide-react";
import * as api from "../../../api/desk";
import type { Connection } from "../../../api/shapes";
import { Button } from "../../../ui/button";
import { Empty, Loading } from "../../../ui/empty";
import { Menu, MenuItem } from "../../../ui/menu";
import { Pill } from "../../../ui/pill";
import { textOf, useT } from "../../i18n";
import { useFormat } from "../../i18n/format";
import { ChannelMark } from "../../shell/channel-mark";
import { useChannels } from "../../shell/channels";
import { PageHead } from "../page-head";

export function ConnectionsPage() {
  const t = useT();
  const navigate = useNavigate();
  const { items: channels, titleOf } = useChannels();
  const { data } = useQuery({ queryKey: ["connections"], queryFn: api.connections.list });
  return (
    <>
      <PageHead
        title={t("settings.connections")}
        text={t("connection.intro")}
        action={
          <Menu
            align="end"
            label={t("connection.add")}
            trigger={
              <Button look="primary" icon={<Plus className="size-4" aria-hidden />}>
                {t("connection.add")}
              </Button>
            }
          >
            {channels.map(({ name }) => (
              <MenuItem
                key={name}
                icon={<ChannelMark channel={name} size="sm" />}
                onSelect={() => void navigate({ to: "/settings/connections/new/$channel", params: { channel: name } })}
              >
                {titleOf(name)}
              </MenuItem>
            ))}
          </Menu>
        }
      />
      {!data && <Loading label={t("state.loading")} />}
      {data?.items.length === 0 && (
        <Empty icon={<Plug aria-hidden />} title={t("connection.none")}>
          {t("connection.noneHint")}
        </Empty>
      )}
      {!!data?.items.length && (
        <ul className="divide-y divide-line rounded-xl border border-line">
          {data.items.map((connection) => (
            <Row key={connection.id} connection={connection} channel={titleOf(connection.channel)} />
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ connection, channel }: { connection: Connection; channel: string }) {
  const t = useT();
  const format = useFormat();
  const { id, name, address, problem, last_in_at } = connection;
  return (
    <li>
      <Link to="/settings/connections/$connection" params={{ connection: id }} className="flex items-center gap-3.5 px-4 py-3 -outline-offset-2 hover:bg-hover">
        <ChannelMark channel={connection.channel} size="md" />
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="truncate text-base font-medium">{name}</span>
            <ConnectionStatus connection={connection} />
          </span>
          <span className="block truncate text-sm text-ink-faint">
            {channel}
            {address && ` · ${address}`}
            {last_in_at && ` · ${t("connection.lastIn", { time: format.brief(last_in_at) })}`}
          </span>
          {problem && (
            <span className="block truncate text-sm text-danger-ink">
              {textOf(t, "failure", problem.reason)}: {problem.detail}
            </span>
          )}
        </span>
        <ChevronRight className="size-4 shrink-0 text-ink-faint" aria-hidden />
      </Link>
    </li>
  );
}

export function ConnectionStatus({ connection }: { connection: Connection }) {
  const t = useT();
  const { status, health } = connection;
  if (status === "active" && health === "warning") return <Pill tone="warn">{t("connection.warning")}</Pill>;
  return <Pill tone={status === "active" ? "ok" : status === "stopped" ? "danger" : "plain"}>{t(`connection.${status}`)}</Pill>;
}
