import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Combine } from "lucide-react";
import * as api from "../../api/desk";
import { IconButton } from "../../ui/button";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { join } from "../inbox/actions";
import { ChannelMark } from "../shell/channel-mark";
import { Section } from "./section";

export function OtherConversations({ customer, current }: { customer: string; current: string | undefined }) {
  const t = useT();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ["customer", customer, "conversations"],
    queryFn: () => api.conversations.list({ customer, status: "all", limit: 20 }),
  });
  const others = data?.items.filter(({ id }) => id !== current) ?? [];
  if (!others.length) return null;
  return (
    <Section title={t(current ? "customer.others" : "customer.conversations")}>
      <ul className="-mx-2 flex flex-col">
        {others.map((row) => (
          <li key={row.id} className="group flex items-center rounded-md hover:bg-hover">
            <Link
              to="/inbox/$view/$conversation"
              params={{ view: row.status, conversation: row.id }}
              search={{}}
              className="flex min-w-0 flex-1 items-center gap-2 rounded-md px-2 py-1.5"
            >
              <span className="flex shrink-0 gap-0.5">
                {row.connections.slice(0, 2).map(({ id, channel }) => (
                  <ChannelMark key={id} channel={channel} />
                ))}
              </span>
              <span className="min-w-0 flex-1 truncate text-sm">{row.subject || row.last_message?.text || t("thread.none")}</span>
              {row.status !== "open" && <Pill>{t(`state.${row.status}`)}</Pill>}
              <time dateTime={row.last_at} className="tabular shrink-0 text-xs text-ink-faint">
                {format.brief(row.last_at)}
              </time>
            </Link>
            {current && (
              <IconButton
                label={t("action.join")}
                size="sm"
                className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
                onClick={() => void join(current, row.id)}
              >
                <Combine aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
