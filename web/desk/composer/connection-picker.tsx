import { ChevronDown } from "lucide-react";
import type { Reach } from "../../api/shapes";
import { Menu, MenuItem, MenuTitle } from "../../ui/menu";
import { useT } from "../i18n";
import { useFormat } from "../i18n/format";
import { isFree } from "./reach";
import { ChannelMark } from "../shell/channel-mark";

interface Props {
  options: Reach[];
  chosen: Reach | undefined;
  onPick: (connection: string) => void;
}

/** Every way to reach the customer, each with the reason it can or cannot be used. Never falls back by itself. */
export function ConnectionPicker({ options, chosen, onPick }: Props) {
  const t = useT();
  const format = useFormat();
  if (!options.length) return null;
  const reasonOf = ({ usable, reason, window_ends_at }: Reach) =>
    reason ? t(`reach.${reason}`) : usable && window_ends_at ? t("reach.until", { time: format.full(window_ends_at) }) : "";
  return (
    <Menu
      align="end"
      label={t("composer.via")}
      trigger={
        <button
          type="button"
          aria-label={t("composer.viaNow", { name: chosen?.connection.name ?? "–" })}
          className="flex h-7 min-w-0 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-ink-soft hover:bg-hover hover:text-ink"
        >
          {chosen && <ChannelMark channel={chosen.connection.channel} />}
          <span className="max-w-36 truncate max-sm:max-w-24">{chosen?.connection.name ?? t("composer.via")}</span>
          <ChevronDown className="size-3.5 shrink-0" aria-hidden />
        </button>
      }
    >
      <MenuTitle>{t("composer.via")}</MenuTitle>
      {options.map((option) => (
        <MenuItem
          key={`${option.connection.id} ${option.identity.id}`}
          checked={option === chosen}
          icon={<ChannelMark channel={option.connection.channel} size="sm" />}
          onSelect={() => onPick(option.connection.id)}
        >
          <span className={isFree(option) ? "" : "text-ink-faint"}>
            {option.connection.name}
            <span className="block truncate text-xs text-ink-faint">{option.identity.value}</span>
            {reasonOf(option) && (
              <span className={option.reason ? "block text-xs text-warn-ink" : "block text-xs text-ink-faint"}>{reasonOf(option)}</span>
            )}
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}
