import { MessageCircleX } from "lucide-react";
import { useEffect, useState } from "react";
import { Problem } from "../../api/problem";
import type { Message } from "../../api/shapes";
import { Empty, Loading } from "../../ui/empty";
import { Composer } from "../composer/composer";
import { useCovering } from "../customer/covering";
import { useT } from "../i18n";
import { conversations, fetchConversation, flush, read } from "../store";
import { useConversation } from "../store/hooks";
import type { View } from "../store/view";
import { Messages } from "./messages";
import { ThreadHeader } from "./header";

/** One conversation: all that was said on every channel, and what is said next. */
export function Thread({ id, view }: { id: string; view: View }) {
  const t = useT();
  const row = useConversation(id);
  const covered = useCovering();
  const [missing, setMissing] = useState(false);
  const [quoting, setQuoting] = useState<Message>();

  useEffect(() => {
    fetchConversation(id).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      setMissing(error.status === 404);
    });
  }, [id]);

  const unread = row?.unread ?? 0;
  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== "visible" || !conversations.get(id)?.unread) return;
      conversations.patch(id, { unread: 0 });
      flush.soon();
      void read(id);
    };
    look();
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
    };
  }, [id, unread]);

  return (
    <section aria-label={t("thread.title")} inert={covered} className="flex min-w-0 flex-1 flex-col bg-surface">
      {row ? (
        <>
          <ThreadHeader row={row} view={view} />
          <Messages conversation={row} onQuote={setQuoting} />
          <Composer conversation={row} quoting={quoting} onQuoted={() => setQuoting(undefined)} />
        </>
      ) : missing ? (
        <Empty icon={<MessageCircleX aria-hidden />} title={t("thread.missing")} className="flex-1" />
      ) : (
        <Loading label={t("state.loading")} className="flex-1" />
      )}
    </section>
  );
}
