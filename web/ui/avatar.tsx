import { cx } from "./cx";

/** A hue that stays with its text: the same customer has the same colour everywhere. */
export function hueOf(text: string): number {
  let hash = 7;
  for (let at = 0; at < text.length; at++) hash = (hash * 31 + text.charCodeAt(at)) % 360;
  return hash;
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => /[\p{L}\p{N}]/u.exec(word ?? "")?.[0] ?? "").join("").toLocaleUpperCase() || "·";
}

const sizes = { xs: "size-5 text-[0.5625rem]", sm: "size-7 text-2xs", md: "size-9 text-xs", lg: "size-12 text-base" };

export function Avatar({ name, size = "md", className }: { name: string; size?: keyof typeof sizes; className?: string }) {
  const hue = hueOf(name);
  return (
    <span
      aria-hidden
      className={cx("inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none", sizes[size], className)}
      style={{
        background: `oklch(var(--mark-soft) 0.045 ${hue})`,
        color: `oklch(calc(var(--mark-lightness) - 0.06 * (1 - 2 * (var(--mark-lightness) - 0.5))) 0.095 ${hue})`,
      }}
    >
      {initialsOf(name)}
    </span>
  );
}
