/** Who is signed in. */
import { guardWith, whenSignedOut } from "../../api/http";
import { session as api } from "../../api/desk";
import { Problem } from "../../api/problem";
import type { Session } from "../../api/shapes";
import { prefer } from "../preferences/preferences";
import { flush, live, queries, start } from "../store";
import { Cell } from "../store/cell";
import { useCell } from "../store/hooks";

const cell = new Cell<Session | undefined>(undefined, flush);

function enter(session: Session) {
  guardWith(session.csrf);
  cell.set(session);
  flush.now();
  start(session.user.id, leave);
}

/** Where a person is sent who is not, or no longer, signed in. A full load, so that nothing of theirs stays in memory. */
function leave() {
  live.stop();
  const next = location.pathname + location.search;
  location.assign(next === "/" || next.startsWith("/signin") ? "/signin" : `/signin?next=${encodeURIComponent(next)}`);
}

/** The session; undefined when nobody is signed in. */
export async function ensureSession(): Promise<Session | undefined> {
  if (cell.get()) return cell.get();
  try {
    enter(await api.get());
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
  }
  return cell.get();
}

export async function signIn(email: string, password: string) {
  const session = await api.open(email, password);
  // A choice made on this device wins over the profile's language.
  if (!localStorage.getItem("sambung.preferences")) prefer({ language: session.user.language });
  enter(session);
}

export async function signOut() {
  await api.close();
  queries.clear();
  location.assign("/signin");
}

export function useSession(): Session {
  const session = useCell(cell);
  if (!session) throw new Error("used outside the signed-in pages");
  return session;
}

/** Whether something is offered to them, e.g. `user.manage`. The server checks each call itself. */
export function useMay(permission: string): boolean {
  return useSession().user.permissions.includes(permission);
}

export function renamed(name: string) {
  const session = cell.get();
  if (session) cell.set({ ...session, user: { ...session.user, name } });
  flush.now();
}

whenSignedOut(() => cell.get() && leave());
