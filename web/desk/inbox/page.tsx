import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useEffect, useMemo } from "react";
import { Empty } from "../../ui/empty";
import { cx } from "../../ui/cx";
import { CustomerAside } from "../customer/aside";
import { useT } from "../i18n";
import { useShortcut } from "../keys/shortcuts";
import { look } from "../store";
import { useList } from "../store/hooks";
import type { View } from "../store/view";
import { Thread } from "../thread/thread";
import { ConversationList } from "./list";

/** Navigation, list, thread and customer side by side; on a phone one of them at a time. */
export function InboxPage() {
  const t = useT();
  const navigate = useNavigate();
  const { view: name } = useParams({ from: "/desk/inbox/$view" });
  const { conversation } = useParams({ strict: false });
  const { q, label, connection, priority } = useSearch({ from: "/desk/inbox/$view" });
  const view = useMemo<View>(() => ({ name, q, label, connection, priority }), [name, q, label, connection, priority]);
  const { ids } = useList(view);

  useEffect(() => look(conversation), [conversation]);
  useEffect(() => () => look(undefined), []);

  function go(step: 1 | -1) {
    const at = conversation ? ids.indexOf(conversation) : -1;
    const to = ids[at < 0 ? 0 : at + step];
    if (to) void navigate({ to: "/inbox/$view/$conversation", params: { view: name, conversation: to }, search: true });
  }
  useShortcut("next", () => go(1));
  useShortcut("previous", () => go(-1));

  return (
    <main className="flex min-w-0 flex-1">
      <ConversationList
        view={view}
        current={conversation}
        className={cx("w-full md:w-84 md:shrink-0", conversation && "hidden md:flex")}
      />
      {conversation ? (
        <>
          <Thread key={conversation} id={conversation} view={view} />
          <CustomerAside conversation={conversation} />
        </>
      ) : (
        <section className="hidden min-w-0 flex-1 items-center justify-center bg-surface md:flex">
          <Empty icon={<MessagesSquare aria-hidden />} title={t("inbox.pick")}>
            {t("inbox.pickHint")}
          </Empty>
        </section>
      )}
    </main>
  );
}
