import { LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** A pane with nothing in it says why, and what to do about it. */
export function Empty({ icon, title, children, action, className }: Props) {
  return (
    <div className={cx("flex flex-col items-center justify-center gap-2 p-8 text-center", className)}>
      {icon && <div className="mb-1 text-ink-faint [&>svg]:size-8 [&>svg]:stroke-[1.5]">{icon}</div>}
      <p className="text-base font-medium text-ink">{title}</p>
      {children && <p className="max-w-72 text-sm text-ink-faint">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

export function Loading({ label, className }: { label: string; className?: string }) {
  return (
    <div role="status" className={cx("flex items-center justify-center gap-2 p-6 text-sm text-ink-faint", className)}>
      <LoaderCircle className="size-4 animate-spin" aria-hidden />
      {label}
    </div>
  );
}
