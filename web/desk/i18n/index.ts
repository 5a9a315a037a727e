/** Every text a person sees, in Indonesian and English. `en` names the texts; `id` must have them all. */
import { useMemo } from "react";
import { preferences, usePreferences, type Language } from "../preferences/preferences";
import { en } from "./en";
import { id } from "./id";

export type Plural = { one?: string; other: string };
export type Key = keyof typeof en;
export type Texts = Record<Key, string | Plural>;
export type Values = Record<string, string | number>;

const catalogs: Record<Language, Texts> = { en, id };
const plurals: Record<Language, Intl.PluralRules> = {
  en: new Intl.PluralRules("en"),
  id: new Intl.PluralRules("id"),
};

export function translate(language: Language, key: Key, values: Values = {}): string {
  // A key made of data may be newer than this page: its own words are better than none.
  const text = catalogs[language][key] ?? key;
  const chosen =
    typeof text === "string"
      ? text
      : plurals[language].select(Number(values["n"] ?? 0)) === "one" && text.one !== undefined
        ? text.one
        : text.other;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
  });
}

export type Translate = (key: Key, values?: Values) => string;

/** For code outside components (toasts, titles). */
export const t: Translate = (key, values) => translate(preferences().language, key, values);

export function useT(): Translate {
  const { language } = usePreferences();
  return useMemo(() => (key, values) => translate(language, key, values), [language]);
}

/** The text of a key made of data, or the data itself where the catalog has none. */
export function textOf(translate: Translate, prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return key in en ? translate(key as Key) : value;
}
