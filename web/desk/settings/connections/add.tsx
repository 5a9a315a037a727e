import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import * as api from "../../../api/desk";
import { Loading } from "../../../ui/empty";
import { useT } from "../../i18n";
import { sayDone } from "../../inbox/actions";
import { useChannels } from "../../shell/channels";
import { ChannelMark } from "../../shell/channel-mark";
import { queries } from "../../store";
import { PageHead } from "../page-head";
import { initialObject } from "../schema/resolve";
import { ConnectionForm } from "./form";
import type { Channel } from "../../../api/shapes";

export function AddConnectionPage() {
  const t = useT();
  const { channel: name } = useParams({ from: "/desk/settings/connections/new/$channel" });
  const { find, titleOf } = useChannels();
  const channel = find(name);
  return (
    <>
      <PageHead
        title={
          <>
            <ChannelMark channel={name} size="md" />
            {t("connection.connect", { channel: titleOf(name) })}
          </>
        }
      />
      {channel ? <Add channel={channel} title={titleOf(name)} /> : <Loading label={t("state.loading")} />}
    </>
  );
}

function Add({ channel, title }: { channel: Channel; title: string }) {
  const t = useT();
  const navigate = useNavigate();
  const [initial] = useState(() => initialObject(channel.schema, channel.schema));
  return (
    <ConnectionForm
      schema={channel.schema}
      name={title}
      config={initial}
      existing={false}
      action={t("connection.add")}
      onSave={async (name, config) => {
        const connection = await api.connections.add({ channel: channel.name, name, config });
        await queries.invalidateQueries({ queryKey: ["connections"] });
        sayDone(t("connection.added", { name }));
        await navigate({ to: "/settings/connections/$connection", params: { connection: connection.id } });
      }}
    />
  );
}
