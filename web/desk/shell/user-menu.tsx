import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Keyboard, Languages, LogOut, Moon, SlidersHorizontal, Sun, UserRound } from "lucide-react";
import { session as api } from "../../api/desk";
import { Avatar } from "../../ui/avatar";
import { Menu, MenuItem, MenuLine } from "../../ui/menu";
import { textOf, useT } from "../i18n";
import { prefer, usePreferences } from "../preferences/preferences";
import { signOut, useSession } from "../session/session";
import { useKeyCap } from "../keys/shortcuts";

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const { user } = useSession();
  const { language } = usePreferences();
  const isDark = document.documentElement.dataset["theme"] === "dark";
  const cap = useKeyCap("help");
  const other = language === "id" ? "en" : "id";
  return (
    <Menu
      label={user.name}
      trigger={
        <button type="button" className="flex items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-hover">
          <Avatar name={user.name} size="sm" />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm leading-tight font-medium">{user.name}</span>
            <span className="block truncate text-2xs text-ink-faint">{textOf(t, "role", user.role)}</span>
          </span>
          <ChevronsUpDown className="size-3.5 text-ink-faint" aria-hidden />
        </button>
      }
    >
      <MenuItem icon={<UserRound aria-hidden />} onSelect={() => void navigate({ to: "/settings/profile" })}>
        {t("settings.profile")}
      </MenuItem>
      <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => void navigate({ to: "/settings/preferences" })}>
        {t("settings.preferences")}
      </MenuItem>
      <MenuItem icon={<Keyboard aria-hidden />} onSelect={onHelp} shortcut={cap}>
        {t("keys.title")}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={<Languages aria-hidden />}
        onSelect={() => {
          prefer({ language: other });
          void api.changeUser({ language: other });
        }}
      >
        {other === "id" ? "Bahasa Indonesia" : "English"}
      </MenuItem>
      <MenuItem icon={isDark ? <Sun aria-hidden /> : <Moon aria-hidden />} onSelect={() => prefer({ theme: isDark ? "light" : "dark" })}>
        {t(isDark ? "preferences.theme.light" : "preferences.theme.dark")}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void signOut()}>
        {t("session.signOut")}
      </MenuItem>
    </Menu>
  );
}
