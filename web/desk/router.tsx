import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { TooltipProvider } from "../ui/tooltip";
import { InboxPage } from "./inbox/page";
import { ensureSession } from "./session/session";
import { SignIn } from "./session/sign-in";
import { Broken, NotFound } from "./shell/broken";
import { DeskLayout } from "./shell/layout";
import { viewNames, type ViewName } from "./store/view";
import type { Priority } from "../api/shapes";

const root = createRootRoute({
  component: () => (
    <TooltipProvider>
      <Outlet />
    </TooltipProvider>
  ),
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  component: SignIn,
  validateSearch: (search): { next?: string } => text(search, "next"),
});

const desk = createRoute({
  getParentRoute: () => root,
  id: "desk",
  component: DeskLayout,
  beforeLoad: async ({ location }) => {
    if (await ensureSession()) return;
    throw redirect({ to: "/signin", search: location.href === "/" ? {} : { next: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => desk,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox/$view", params: { view: "open" } });
  },
});

export interface InboxSearch {
  q?: string;
  label?: string;
  connection?: string;
  priority?: Priority;
  /** The customer's panel is shown over the thread (where there is no room beside it). */
  panel?: boolean;
}

function viewOf(name: string): ViewName {
  if ((viewNames as readonly string[]).includes(name)) return name as ViewName;
  throw redirect({ to: "/inbox/$view", params: { view: "open" } });
}

const inbox = createRoute({
  getParentRoute: () => desk,
  path: "/inbox/$view",
  component: InboxPage,
  params: { parse: ({ view }) => ({ view: viewOf(view) }), stringify: ({ view }) => ({ view }) },
  validateSearch: (search): InboxSearch => ({
    ...text(search, "q"),
    ...text(search, "label"),
    ...text(search, "connection"),
    ...(typeof search["priority"] === "string" ? { priority: search["priority"] as Priority } : {}),
    ...(search["panel"] === true ? { panel: true } : {}),
  }),
});

const conversation = createRoute({ getParentRoute: () => inbox, path: "$conversation" });

const searchPage = createRoute({
  getParentRoute: () => desk,
  path: "/search",
  component: lazyRouteComponent(() => import("./search/page"), "SearchPage"),
  validateSearch: (search): { q?: string; kind?: "customers" | "messages" } => ({
    ...text(search, "q"),
    ...(search["kind"] === "customers" || search["kind"] === "messages" ? { kind: search["kind"] } : {}),
  }),
});

const customer = createRoute({
  getParentRoute: () => desk,
  path: "/customers/$customer",
  component: lazyRouteComponent(() => import("./customer/page"), "CustomerPage"),
});

const settings = createRoute({
  getParentRoute: () => desk,
  path: "/settings",
  component: lazyRouteComponent(() => import("./settings/layout"), "SettingsLayout"),
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("./settings/home"), "SettingsHome"),
});

const connections = createRoute({
  getParentRoute: () => settings,
  path: "connections",
  component: lazyRouteComponent(() => import("./settings/connections/list"), "ConnectionsPage"),
});

const newConnection = createRoute({
  getParentRoute: () => settings,
  path: "connections/new/$channel",
  component: lazyRouteComponent(() => import("./settings/connections/add"), "AddConnectionPage"),
});

const connection = createRoute({
  getParentRoute: () => settings,
  path: "connections/$connection",
  component: lazyRouteComponent(() => import("./settings/connections/edit"), "ConnectionPage"),
});

const queue = createRoute({
  getParentRoute: () => settings,
  path: "queue",
  component: lazyRouteComponent(() => import("./settings/queue"), "QueuePage"),
});

const users = createRoute({
  getParentRoute: () => settings,
  path: "users",
  component: lazyRouteComponent(() => import("./settings/users"), "UsersPage"),
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: "api-keys",
  component: lazyRouteComponent(() => import("./settings/api-keys"), "ApiKeysPage"),
});

const profile = createRoute({
  getParentRoute: () => settings,
  path: "profile",
  component: lazyRouteComponent(() => import("./settings/profile"), "ProfilePage"),
});

const preferences = createRoute({
  getParentRoute: () => settings,
  path: "preferences",
  component: lazyRouteComponent(() => import("./preferences/page"), "PreferencesPage"),
});

/** A search parameter that is a text (a number such as a phone is parsed as one). */
function text<Name extends string>(search: Record<string, unknown>, name: Name): { [key in Name]?: string } {
  const value = search[name];
  if (typeof value !== "string" && typeof value !== "number") return {};
  return { [name]: String(value) } as { [key in Name]: string };
}

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    desk.addChildren([
      home,
      inbox.addChildren([conversation]),
      searchPage,
      customer,
      settings.addChildren([settingsHome, connections, newConnection, connection, queue, users, keys, profile, preferences]),
    ]),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
