import { Check, Plus, UserRoundX } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Ref } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { Picker, PickerItem } from "../../ui/picker";
import { useT } from "../i18n";
import { useSession } from "../session/session";
import { useLabels, useUsers } from "../shell/channels";

interface Props {
  trigger: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

interface AssigneeProps extends Props {
  assignee?: Ref | null;
  onPick: (user: Ref | null) => void;
}

export function AssigneePicker({ assignee, onPick, ...rest }: AssigneeProps) {
  const t = useT();
  const me = useSession().user;
  const users = useUsers().filter(({ status }) => status === "active");
  const sorted = [...users].sort((a, b) => Number(b.id === me.id) - Number(a.id === me.id) || a.name.localeCompare(b.name));
  return (
    <Picker label={t("action.assign")} placeholder={t("picker.agent")} empty={t("picker.none")} {...rest}>
      {(done) => (
        <>
          {sorted.map((user) => (
            <PickerItem key={user.id} value={`${user.name} ${user.email}`} onSelect={() => done(() => onPick({ id: user.id, name: user.name }))}>
              <Avatar name={user.name} size="xs" />
              <span className="flex-1 truncate">{user.id === me.id ? t("picker.me", { name: user.name }) : user.name}</span>
              {assignee?.id === user.id && <Check aria-hidden />}
            </PickerItem>
          ))}
          <PickerItem value={t("picker.nobody")} onSelect={() => done(() => onPick(null))}>
            <UserRoundX aria-hidden />
            <span className="flex-1">{t("picker.nobody")}</span>
            {assignee === null && <Check aria-hidden />}
          </PickerItem>
        </>
      )}
    </Picker>
  );
}

interface LabelProps extends Props {
  labels: string[];
  onPick: (labels: string[]) => void;
}

export function LabelPicker({ labels, onPick, ...rest }: LabelProps) {
  const t = useT();
  const known = useLabels().map(({ name }) => name);
  const all = [...new Set([...labels, ...known])];
  const [words, setWords] = useState("");
  const fresh = words.trim().toLocaleLowerCase();
  const toggle = (name: string) => onPick(labels.includes(name) ? labels.filter((other) => other !== name) : [...labels, name]);
  return (
    <Picker label={t("action.label")} placeholder={t("picker.label")} empty={t("picker.none")} onWords={setWords} {...rest}>
      {(done) => (
        <>
          {all.map((name) => (
            <PickerItem key={name} value={name} onSelect={() => done(() => toggle(name))}>
              <span className="flex-1 truncate">{name}</span>
              {labels.includes(name) && <Check aria-hidden />}
            </PickerItem>
          ))}
          {fresh && !all.includes(fresh) && (
            <PickerItem value={fresh} onSelect={() => done(() => toggle(fresh))}>
              <Plus aria-hidden />
              <span className="flex-1 truncate">{t("picker.newLabel", { name: fresh })}</span>
            </PickerItem>
          )}
        </>
      )}
    </Picker>
  );
}
