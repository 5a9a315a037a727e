import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../../ui/button";
import { useT } from "../i18n";
import { live, liveState } from "../store";
import { useCell } from "../store/hooks";

/** A hiccup shorter than this (ms) is nobody's business. */
const PATIENCE = 1_500;

export function LostBanner() {
  const t = useT();
  const lost = useCell(liveState) === "lost";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status">
      {shown && (
        <div className="flex items-center justify-center gap-3 bg-warn-soft px-4 py-1.5 text-sm text-warn-ink">
          <CloudOff className="size-4 shrink-0" aria-hidden />
          <span>{t("live.lost")}</span>
          <Button size="sm" look="quiet" className="!text-warn-ink underline" onClick={() => live.wake()}>
            {t("live.tryNow")}
          </Button>
        </div>
      )}
    </div>
  );
}
