/** What one person prefers on this device: language, theme, sound, keys. Kept in localStorage. */
import { useSyncExternalStore } from "react";

export type Language = "id" | "en";
export type Theme = "light" | "dark" | "system";

export interface Preferences {
  language: Language;
  theme: Theme;
  sound: boolean;
  /** Single-key shortcuts can be switched off (WCAG 2.1.4). */
  shortcuts: boolean;
  /** Action → key, where it differs from the default. */
  bindings: Record<string, string>;
}

const STORED = "sambung.preferences";

function defaults(): Preferences {
  const language = document.documentElement.lang === "en" ? "en" : "id";
  return { language, theme: "system", sound: true, shortcuts: true, bindings: {} };
}

function load(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<Preferences>;
    return { ...defaults(), ...stored };
  } catch {
    return defaults();
  }
}

let current = load();
const listeners = new Set<() => void>();
const dark = matchMedia("(prefers-color-scheme: dark)");

function paint() {
  const { theme, language } = current;
  const isDark = theme === "dark" || (theme === "system" && dark.matches);
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  document.documentElement.lang = language;
}

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(STORED, JSON.stringify(current));
  } catch {
    // Storage refused (private window): the choice lasts until the page is left.
  }
  paint();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

dark.addEventListener("change", paint);
paint();
