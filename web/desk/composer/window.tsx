import { LayoutTemplate, Timer, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import type { Reach } from "../../api/shapes";
import { Button } from "../../ui/button";
import { Pill } from "../../ui/pill";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";

/** Seconds of free replies left below which it is said in a warning tone. */
const SHORT = 3 * 3600;

function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** How long the customer may still be answered freely on this channel. */
export function WindowPill({ reach }: { reach: Reach | undefined }) {
  const t = useT();
  const format = useFormat();
  const now = useNow(30_000);
  if (!reach?.usable || !reach.window_ends_at) return null;
  const left = (Date.parse(reach.window_ends_at) - now) / 1000;
  if (left <= 0) return null;
  return (
    <span title={t("reach.until", { time: format.full(reach.window_ends_at) })}>
      <Pill tone={left < SHORT ? "warn" : "plain"} icon={<Timer aria-hidden />}>
        <span className="tabular">{t("composer.windowLeft", { time: format.duration(left) })}</span>
      </Pill>
    </span>
  );
}

interface UnusableProps {
  reach: Reach | undefined;
  /** There is no connection at all on which this customer is known. */
  nobody: boolean;
  onTemplate: () => void;
}

/** In place of the text box: why nothing can be written here, and what can be done. */
export function Unusable({ reach, nobody, onTemplate }: UnusableProps) {
  const t = useT();
  const reason = nobody ? t("reach.nobody") : reach?.reason ? t(`reach.${reach.reason}`) : t("reach.unreachable");
  return (
    <div className="flex min-h-16 flex-wrap items-center gap-3 px-3 py-3 text-sm text-ink-soft">
      <TriangleAlert className="size-4 shrink-0 text-warn-ink" aria-hidden />
      <p className="min-w-40 flex-1">
        {reason}
        {!nobody && <span className="block text-xs text-ink-faint">{t("reach.chooseOther")}</span>}
      </p>
      {reach?.templates && (
        <Button look="primary" icon={<LayoutTemplate className="size-4" aria-hidden />} onClick={onTemplate}>
          {t("composer.template")}
        </Button>
      )}
    </div>
  );
}
