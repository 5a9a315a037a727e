import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as api from "../../api/desk";
import type { Channel, Connection, Label, User } from "../../api/shapes";
import { usePreferences } from "../preferences/preferences";

const HOUR = 3_600_000;
const NO_CHANNELS: Channel[] = [];
const NO_CONNECTIONS: Connection[] = [];
const NO_USERS: User[] = [];
const NO_LABELS: Label[] = [];

/** The channels there are; they change only with the server's release. */
export function useChannels() {
  const { language } = usePreferences();
  const { data } = useQuery({ queryKey: ["channels"], queryFn: api.channels.list, staleTime: HOUR });
  return useMemo(() => {
    const items = data?.items ?? NO_CHANNELS;
    const find = (name: string) => items.find((channel) => channel.name === name);
    return { items, find, titleOf: (name: string) => find(name)?.title[language] ?? name };
  }, [data, language]);
}

export function useConnections(): Connection[] {
  return useQuery({ queryKey: ["connections"], queryFn: api.connections.list }).data?.items ?? NO_CONNECTIONS;
}

export function useUsers(): User[] {
  return useQuery({ queryKey: ["users"], queryFn: api.users.list }).data?.items ?? NO_USERS;
}

export function useLabels(): Label[] {
  return useQuery({ queryKey: ["labels"], queryFn: api.labels.list }).data?.items ?? NO_LABELS;
}
