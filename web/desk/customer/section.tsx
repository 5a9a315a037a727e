import type { ReactNode } from "react";

export function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2 px-4 py-3.5">
      <div className="flex h-6 items-center justify-between gap-2">
        <h2 className="text-xs font-semibold text-ink-faint">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}
