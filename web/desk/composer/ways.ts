import { useQuery } from "@tanstack/react-query";
import * as api from "../../api/desk";
import type { Reach } from "../../api/shapes";
import { useChannels, useConnections } from "../shell/channels";
import type { Chosen } from "./customer-search";

/** A connection on which a conversation can be begun. */
export interface Way {
  id: string;
  channel: string;
  /** Its name and where the message would go. */
  text: string;
  usable: boolean;
  reason: Reach["reason"];
}

/** On what the business can write to this customer first: as the server knows it, else by what the channels can. */
export function useWays(customer: Chosen | undefined): Way[] {
  const { find } = useChannels();
  const connections = useConnections();
  const id = customer?.id;
  const { data } = useQuery({
    queryKey: ["customer", id, "reach"],
    queryFn: () => api.customers.reach(id!),
    enabled: id !== undefined,
  });
  if (id)
    return (data?.items ?? []).map(({ connection, identity, usable, reason }) => ({
      id: connection.id,
      channel: connection.channel,
      text: `${connection.name} → ${identity.value}`,
      usable,
      reason,
    }));
  return connections
    .filter(({ channel, status }) => status === "active" && find(channel)?.capabilities.can_start)
    .map(({ id, channel, name }) => ({ id, channel, text: name, usable: true, reason: null }));
}
