import { Link, Outlet } from "@tanstack/react-router";
import { KeyRound, ListChecks, Menu as MenuIcon, Plug, SlidersHorizontal, UserRound, UsersRound } from "lucide-react";
import { IconButton } from "../../ui/button";
import { useT, type Key } from "../i18n";
import { useSession } from "../session/session";
import { openDrawer } from "../shell/chrome";

const pages = [
  { to: "/settings/connections", icon: Plug, text: "settings.connections", needs: "connection.manage" },
  { to: "/settings/queue", icon: ListChecks, text: "settings.queue", needs: "job.manage" },
  { to: "/settings/users", icon: UsersRound, text: "settings.users", needs: "user.manage" },
  { to: "/settings/api-keys", icon: KeyRound, text: "settings.apiKeys", needs: "api_key.manage" },
  { to: "/settings/profile", icon: UserRound, text: "settings.profile", needs: undefined },
  { to: "/settings/preferences", icon: SlidersHorizontal, text: "settings.preferences", needs: undefined },
] as const satisfies readonly { text: Key; [more: string]: unknown }[];

export function SettingsLayout() {
  const t = useT();
  const { permissions } = useSession().user;
  return (
    <main className="flex min-w-0 flex-1 flex-col md:flex-row">
      <nav aria-label={t("nav.settings")} className="flex shrink-0 flex-col gap-2 border-line bg-canvas p-3 max-md:border-b md:w-56 md:border-r">
        <div className="flex h-8 items-center gap-2">
          <IconButton label={t("nav.title")} className="lg:hidden" onClick={() => openDrawer(true)}>
            <MenuIcon aria-hidden />
          </IconButton>
          <p className="px-1 text-lg font-semibold tracking-tight">{t("nav.settings")}</p>
        </div>
        <ul className="flex gap-1 overflow-x-auto md:flex-col">
          {pages
            .filter(({ needs }) => !needs || permissions.includes(needs))
            .map(({ to, icon: Icon, text }) => (
              <li key={to} className="shrink-0">
                <Link
                  to={to}
                  className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-ink-soft hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-ink"
                >
                  <Icon className="size-4" aria-hidden />
                  {t(text)}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <div className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-surface">
        <div className="mx-auto flex w-full max-w-192 flex-col gap-6 p-4 md:p-8">
          <Outlet />
        </div>
      </div>
    </main>
  );
}
