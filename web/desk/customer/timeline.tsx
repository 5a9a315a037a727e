import { useInfiniteQuery } from "@tanstack/react-query";
import { BadgeCheck, GitMerge, MessageCircle, MessagesSquare, Phone, ShieldCheck } from "lucide-react";
import * as api from "../../api/desk";
import type { TimelineItem } from "../../api/shapes";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/empty";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { ChannelMark } from "../shell/channel-mark";
import { Section } from "./section";
import { wordsOf } from "./words";

const icons: Record<TimelineItem["type"], typeof Phone> = {
  message: MessageCircle,
  conversation: MessagesSquare,
  identity: BadgeCheck,
  merge: GitMerge,
  consent: ShieldCheck,
  call: Phone,
};

/** Everything with this customer on every channel, newest first. */
export function Timeline({ customer }: { customer: string }) {
  const t = useT();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["history", customer],
    queryFn: ({ pageParam }) => api.customers.timeline(customer, pageParam, 30),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Section title={t("timeline.title")}>
      {!data && <Loading label={t("state.loading")} />}
      <ol className="relative flex flex-col">
        {data?.pages.flatMap(({ items }) => items).map((item, at) => <Item key={at} item={item} />)}
      </ol>
      {hasNextPage && (
        <Button size="sm" look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("timeline.more")}
        </Button>
      )}
    </Section>
  );
}

function Item({ item }: { item: TimelineItem }) {
  const t = useT();
  const format = useFormat();
  const { title, text } = wordsOf(item, t);
  const Icon = icons[item.type];
  return (
    <li className="group relative flex gap-2.5 pb-3">
      <span className="absolute top-5 bottom-0 left-2.5 w-px bg-line group-last:hidden" aria-hidden />
      <span className="z-1 flex size-5 shrink-0 items-center justify-center rounded-full bg-canvas text-ink-faint">
        {item.connection ? <ChannelMark channel={item.connection.channel} size="sm" /> : <Icon className="size-3.5" aria-hidden />}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate text-xs font-medium text-ink-soft">{title}</span>
          <time dateTime={item.at} title={format.full(item.at)} className="tabular shrink-0 text-2xs text-ink-faint">
            {format.brief(item.at)}
          </time>
        </p>
        {text && <p className="line-clamp-2 text-sm [overflow-wrap:anywhere]">{text}</p>}
      </div>
    </li>
  );
}
