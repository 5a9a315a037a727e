import { cx } from "./cx";

export function Kbd({ children, inverted }: { children: string; inverted?: boolean }) {
  return (
    <kbd
      className={cx(
        "inline-flex h-4.5 min-w-4.5 items-center justify-center rounded border px-1 font-sans text-2xs leading-none",
        inverted ? "border-canvas/35 text-canvas" : "border-line-strong bg-canvas text-ink-soft",
      )}
    >
      {children}
    </kbd>
  );
}
