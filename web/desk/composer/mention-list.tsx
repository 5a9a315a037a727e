import type { User } from "../../api/shapes";
import { Avatar } from "../../ui/avatar";
import { cx } from "../../ui/cx";
import { entry } from "../../ui/menu";
import { useT } from "../i18n";

interface Props {
  id: string;
  users: User[];
  at: number;
  onPick: (user: User) => void;
}

/** Colleagues to choose from while a name is typed; moved through by the text box's arrow keys. */
export function MentionList({ id, users, at, onPick }: Props) {
  const t = useT();
  return (
    <div id={id} role="listbox" aria-label={t("picker.agent")} className="mx-3 flex flex-col rounded-lg bg-raised p-1 shadow-pop">
      {users.map((user, index) => (
        <button
          key={user.id}
          id={`${id}-${index}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className={cx(entry, index === at && "bg-hover")}
          onMouseDown={(event) => {
            // The text box keeps the focus.
            event.preventDefault();
            onPick(user);
          }}
        >
          <Avatar name={user.name} size="xs" />
          {user.name}
        </button>
      ))}
    </div>
  );
}
