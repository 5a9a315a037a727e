import { Command } from "cmdk";
import { useState, type ReactNode } from "react";
import { cx } from "./cx";
import { entry } from "./menu";
import { Popover } from "./popover";

interface Props {
  trigger: ReactNode;
  label: string;
  placeholder: string;
  /** Said when nothing matches. */
  empty: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  onWords?: (words: string) => void;
  /** `done` closes the picker and then does what was picked. */
  children: (done: (then: () => void) => void) => ReactNode;
}

/** A list to choose from by typing. */
export function Picker({ trigger, label, placeholder, empty, open, onOpenChange, onWords, children }: Props) {
  const [own, setOwn] = useState(false);
  const shown = open ?? own;
  const show = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
    if (!next) onWords?.("");
  };
  return (
    <Popover trigger={trigger} label={label} open={shown} onOpenChange={show} className="w-64">
      <Command label={label} loop>
        <Command.Input
          autoFocus
          placeholder={placeholder}
          onValueChange={(words) => onWords?.(words)}
          className="mb-1 h-8 w-full border-b border-line bg-transparent px-2 text-sm outline-none"
        />
        <Command.List label={label} className="max-h-64 overflow-y-auto">
          <Command.Empty className="px-2 py-3 text-center text-sm text-ink-faint">{empty}</Command.Empty>
          {children((then) => {
            show(false);
            then();
          })}
        </Command.List>
      </Command>
    </Popover>
  );
}

export function PickerItem({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={cx(entry, "data-[selected=true]:bg-hover")}>
      {children}
    </Command.Item>
  );
}
