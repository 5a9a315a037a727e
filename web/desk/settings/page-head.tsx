import type { ReactNode } from "react";

export function PageHead({ title, text, action }: { title: ReactNode; text?: ReactNode; action?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        <h1 className="flex items-center gap-2.5 text-xl font-semibold tracking-tight">{title}</h1>
        {text && <p className="mt-0.5 max-w-lg text-sm text-ink-faint">{text}</p>}
      </div>
      {action}
    </header>
  );
}
