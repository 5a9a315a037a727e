import { useQuery } from "@tanstack/react-query";
import * as api from "../../api/desk";
import type { Reach } from "../../api/shapes";

const NONE: Reach[] = [];

/** Whether anything may be written, rather than an approved template only. */
export function isFree({ usable, reason }: Reach): boolean {
  return usable && reason !== "template_only";
}

/** How the customer can be reached now; `chosen` is the agent's choice, else the server's default. */
export function useReach(conversation: string, choice: string | null) {
  const { data } = useQuery({
    queryKey: ["reach", conversation],
    queryFn: () => api.conversations.reach(conversation),
    // A window can close while nothing happens.
    refetchInterval: 60_000,
  });
  const options = data?.items ?? NONE;
  const chosen =
    options.find(({ connection }) => connection.id === choice) ??
    options.find((option) => option.default) ??
    options.find(({ usable }) => usable) ??
    options[0];
  return { options, chosen, loaded: data !== undefined };
}
