import { useQuery } from "@tanstack/react-query";
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import * as api from "../../api/desk";
import type { Conversation, Message, TimelineItem } from "../../api/shapes";
import { Button } from "../../ui/button";
import { Empty, Loading } from "../../ui/empty";
import { useT } from "../i18n";
import { messages, threads } from "../store";
import { useThread } from "../store/hooks";
import { DayLine, SystemLine } from "./lines";
import { MessageRow } from "./message";
import { arrange } from "./arrange";

/** Pixels from the end within which new messages are followed. */
const NEAR = 120;

interface Props {
  conversation: Conversation;
  onQuote: (message: Message) => void;
}

export function Messages({ conversation, onQuote }: Props) {
  const t = useT();
  const { ids, older, phase } = useThread(conversation.id);
  const happenings = useHappenings(conversation);
  const lines = useMemo(
    () => arrange(ids.flatMap((id) => messages.get(id) ?? []), happenings, older !== null),
    [ids, happenings, older],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const scrolled = useRef(0);
  const [missed, setMissed] = useState(false);
  const first = ids[0];
  const last = ids.at(-1);

  const toEnd = useCallback((behavior: ScrollBehavior = "auto") => {
    const node = scroller.current;
    node?.scrollTo({ top: node.scrollHeight, behavior });
    setMissed(false);
  }, []);

  // What was being read stays where it is when older messages come in above it.
  const height = useRef(0);
  const top = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const node = scroller.current;
    if (!node) return;
    if (top.current && top.current !== first && !atEnd.current) node.scrollTop += node.scrollHeight - height.current;
    top.current = first;
    height.current = node.scrollHeight;
  }, [first]);

  useLayoutEffect(() => {
    if (atEnd.current || (last?.startsWith("local:") ?? false)) toEnd();
    else setMissed(true);
  }, [last, toEnd]);

  // Images and mails grow after they were drawn; the end stays in sight.
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!content.current) return;
    const watcher = new ResizeObserver(() => atEnd.current && toEnd());
    watcher.observe(content.current);
    return () => watcher.disconnect();
  }, [toEnd]);

  function onScroll() {
    const node = scroller.current!;
    // Only a reader leaves the end, upwards; a picture that grew below it does not.
    const near = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR;
    if (near || node.scrollTop < scrolled.current) atEnd.current = near;
    scrolled.current = node.scrollTop;
    height.current = node.scrollHeight;
    if (atEnd.current) setMissed(false);
    if (node.scrollTop < 300 && older && phase === "ready") void threads.older(conversation.id);
  }

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        className="h-full overflow-y-auto overscroll-contain"
        role="log"
        aria-label={t("thread.messages")}
        // A long thread is scrolled by the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <div ref={content} className="mx-auto flex min-h-full max-w-208 flex-col justify-end px-3 py-4 md:px-5">
          {phase === "loading" && <Loading label={t("state.loading")} />}
          {phase === "failed" && (
            <Empty title={t("error.thread")} action={<Button onClick={() => void threads.reload(conversation.id)}>{t("action.tryAgain")}</Button>} />
          )}
          {older && phase === "ready" && (
            <Button size="sm" look="quiet" className="mx-auto mb-2" onClick={() => void threads.older(conversation.id)}>
              {t("thread.older")}
            </Button>
          )}
          {lines.map((line) =>
            line.type === "day" ? (
              <DayLine key={line.key} at={line.at} />
            ) : line.type === "happening" ? (
              <SystemLine key={line.key} item={line.item} />
            ) : (
              <MessageRow key={line.key} id={line.id} opens={line.opens} via={line.via} ends={line.ends} onQuote={onQuote} />
            ),
          )}
        </div>
      </div>
      {missed && (
        <Button size="sm" look="primary" icon={<ArrowDown className="size-4" aria-hidden />} className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-pop" onClick={() => toEnd("smooth")}>
          {t("thread.newBelow")}
        </Button>
      )}
    </div>
  );
}

const NOTHING: TimelineItem[] = [];

/** What happened to the conversation besides messages: assigned, closed, merged… from the customer's timeline. */
function useHappenings({ id, customer }: Conversation): TimelineItem[] {
  const { data } = useQuery({
    queryKey: ["customer", customer.id, "timeline", "recent"],
    queryFn: () => api.customers.timeline(customer.id, null, 200),
  });
  return useMemo(
    () => data?.items.filter((item) => item.type !== "message" && (item.conversation === id || item.type === "merge")) ?? NOTHING,
    [data, id],
  );
}
