/** Calls to the server: JSON in and out, problems thrown, the session cookie guarded against forgery. */
import { Problem } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Makes a repeated creation answer with the first result. */
  idempotencyKey?: string;
}

const ROOT = "/api/v1";

export function urlOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `${ROOT}${path}${search.size ? `?${search}` : ""}`;
}

let onSignedOut: () => void = () => undefined;

/** What to do when the server says that nobody is signed in any more. */
export function whenSignedOut(handler: () => void) {
  onSignedOut = handler;
}

let csrf = "";

/** The session's token, sent with every change: another site's page can make a browser post, but cannot know it. */
export function guardWith(token: string) {
  csrf = token;
}

export function guardHeaders(): Record<string, string> {
  return {
    "Accept-Language": document.documentElement.lang,
    ...(csrf ? { "X-CSRF-Token": csrf } : {}),
  };
}

async function call<Result>(method: string, path: string, options: Options = {}): Promise<Result> {
  const { query, body, signal, idempotencyKey } = options;
  let response: Response;
  try {
    response = await fetch(urlOf(path, query), {
      method,
      credentials: "same-origin",
      signal: signal ?? null,
      headers: {
        Accept: "application/json",
        ...guardHeaders(),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(idempotencyKey ? { "Idempotency-Key": idempotencyKey } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "offline");
  }
  if (response.status === 401 && path !== "/session") onSignedOut();
  if (!response.ok) throw await Problem.from(response);
  if (response.status === 204) return undefined as Result;
  return (await response.json()) as Result;
}

export const http = {
  get: <Result>(path: string, query?: Query, signal?: AbortSignal) => call<Result>("GET", path, { query, signal }),
  post: <Result>(path: string, body: unknown = {}, options: Options = {}) =>
    call<Result>("POST", path, { ...options, body }),
  put: <Result>(path: string, body: unknown = {}) => call<Result>("PUT", path, { body }),
  patch: <Result>(path: string, body: unknown) => call<Result>("PATCH", path, { body }),
  delete: <Result = void>(path: string, body?: unknown) => call<Result>("DELETE", path, { body }),
};
