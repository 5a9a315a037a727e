import { useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { useT } from "../i18n";
import { useConversation } from "../store/hooks";
import { useCovering } from "./covering";
import { CustomerPanel } from "./panel";

/** Beside the thread where there is room, else over it when asked for. */
export function CustomerAside({ conversation }: { conversation: string }) {
  const t = useT();
  const navigate = useNavigate();
  const { panel } = useSearch({ from: "/desk/inbox/$view" });
  const row = useConversation(conversation);
  const covering = useCovering();
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (!covering) return;
    const opener = document.activeElement;
    back.current?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [covering]);
  const hide = () => void navigate({ to: ".", search: (before) => ({ ...before, panel: undefined }) });
  return (
    <aside
      aria-label={t("customer.panel")}
      className={cx(
        "flex-col overflow-y-auto border-l border-line bg-canvas xl:static xl:flex xl:w-82 xl:shrink-0",
        panel ? "fixed inset-0 z-30 flex md:left-auto md:w-96 md:shadow-pop" : "hidden",
      )}
    >
      <div className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-3 xl:hidden">
        <IconButton ref={back} label={t("action.back")} onClick={hide}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <span className="text-base font-semibold">{t("customer.one")}</span>
      </div>
      {row && <CustomerPanel key={row.customer.id} id={row.customer.id} conversation={conversation} />}
    </aside>
  );
}
