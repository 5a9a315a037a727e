import { Mail, MessagesSquare } from "lucide-react";
import type { ConnectionRef } from "../../api/shapes";
import { hueOf } from "../../ui/avatar";
import { cx } from "../../ui/cx";
import { useChannels } from "./channels";

const sizes = {
  xs: "size-4 rounded-[0.3rem] text-[0.5625rem] [&>svg]:size-2.5",
  sm: "size-5 rounded-md text-2xs [&>svg]:size-3",
  md: "size-9 rounded-lg text-base [&>svg]:size-5",
};

interface Props {
  channel: string;
  size?: keyof typeof sizes;
  className?: string;
}

/**
 * A small tile that stands for a channel. Drawn from what the channel says of itself (how it arrives, its title), so
 * that a new channel has its mark without anything being added here.
 */
export function ChannelMark({ channel, size = "xs", className }: Props) {
  const { titleOf, find } = useChannels();
  const transport = find(channel)?.transport;
  const title = titleOf(channel);
  // The factor spreads names that differ little far apart on the wheel.
  const hue = (hueOf(channel) * 149) % 360;
  return (
    <span
      aria-hidden
      title={title}
      className={cx("inline-flex shrink-0 items-center justify-center font-bold select-none", sizes[size], className)}
      style={{
        background: `oklch(var(--mark-soft) 0.06 ${hue})`,
        color: `oklch(calc(var(--mark-lightness) - 0.08 + 0.16 * (var(--mark-lightness) - 0.5)) 0.11 ${hue})`,
      }}
    >
      {transport === "mail" ? <Mail /> : transport === "socket" ? <MessagesSquare /> : title.charAt(0).toLocaleUpperCase()}
    </span>
  );
}

/** The mark with its connection's name, as text for those who do not see it. */
export function ConnectionLabel({ connection, className }: { connection: ConnectionRef; className?: string }) {
  return (
    <span className={cx("inline-flex min-w-0 items-center gap-1.5", className)}>
      <ChannelMark channel={connection.channel} />
      <span className="truncate">{connection.name}</span>
    </span>
  );
}
