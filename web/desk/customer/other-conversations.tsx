import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import * as api from "../../api/desk";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
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
          <li key={row.id}>
            <Link
              to="/inbox/$view/$conversation"
              params={{ view: row.status, conversation: row.id }}
              search={{}}
              className="flex items-center gap-2 rounded-md px-2 py-1.5 hover:bg-hover"
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
          </li>
        ))}
      </ul>
    </Section>
  );
}
