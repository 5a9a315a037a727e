import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Tooltip } from "./tooltip";

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  outline: "border border-line-strong bg-surface text-ink hover:bg-hover",
  quiet: "text-ink-soft hover:bg-hover hover:text-ink",
  danger: "bg-danger text-white dark:text-canvas hover:opacity-90",
} as const;

const sizes = {
  sm: "h-7 gap-1.5 rounded-md px-2.5 text-sm",
  md: "h-8 gap-2 rounded-md px-3 text-base",
  lg: "h-10 gap-2 rounded-lg px-4 text-base",
} as const;

const shared =
  "inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap select-none transition-colors disabled:cursor-not-allowed disabled:opacity-55";

interface Props extends ComponentProps<"button"> {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({ look = "outline", size = "md", busy, icon, className, children, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      {...rest}
      disabled={rest.disabled || busy}
      className={cx(shared, looks[look], sizes[size], className)}
    >
      {busy ? <LoaderCircle className="size-4 animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  );
}

interface IconProps extends ComponentProps<"button"> {
  /** What it does: read out, and shown on hover. */
  label: string;
  shortcut?: string | undefined;
  pressed?: boolean;
  size?: "sm" | "md";
}

export function IconButton({ label, shortcut, pressed, size = "md", className, children, ...rest }: IconProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-md transition-colors disabled:cursor-not-allowed disabled:opacity-50 [&>svg]:size-4",
          size === "md" ? "size-8" : "size-7",
          pressed ? "bg-selected text-accent-ink" : "text-ink-soft hover:bg-hover hover:text-ink",
          className,
        )}
      >
        {children}
      </button>
    </Tooltip>
  );
}
