/** Dates, numbers and sizes as the reader's language writes them. */
import { useMemo } from "react";
import { usePreferences, type Language } from "../preferences/preferences";

const locales: Record<Language, string> = { id: "id-ID", en: "en-GB" };
const DAY = 86_400_000;

function dayOf(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

export interface Format {
  /** 14:05 */
  time(at: string): string;
  /** Today → 14:05, this week → Mon, else 3 Nov. For lists. */
  brief(at: string): string;
  /** Today, yesterday, Monday 3 November. For day separators. */
  day(at: string): string;
  /** 3 Nov 2026, 14:05 */
  full(at: string): string;
  /** 3 Nov 2026 */
  date(at: string): string;
  /** "3 h 20 min", rounded down; `seconds` ≥ 0. */
  duration(seconds: number): string;
  number(value: number): string;
  /** 1.2 MB */
  bytes(size: number): string;
}

function make(language: Language): Format {
  const locale = locales[language];
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" });
  const dayMonth = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const dayMonthYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit" });
  const long = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  const longYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const number = new Intl.NumberFormat(locale);
  const unit = (name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    });
  const hours = unit("hour");
  const minutes = unit("minute");
  const days = unit("day");
  const sizes = [unit("byte"), unit("kilobyte"), unit("megabyte", 1), unit("gigabyte", 1)];

  const daysAgo = (at: Date) => Math.round((dayOf(new Date()) - dayOf(at)) / DAY);
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

  return {
    time: (at) => time.format(new Date(at)),
    brief(at) {
      const date = new Date(at);
      const ago = daysAgo(date);
      if (ago === 0) return time.format(date);
      if (ago > 0 && ago < 7) return weekday.format(date);
      return (date.getFullYear() === new Date().getFullYear() ? dayMonth : dayMonthYear).format(date);
    },
    day(at) {
      const date = new Date(at);
      const ago = daysAgo(date);
      if (ago === 0 || ago === 1) return capital(relative.format(-ago, "day"));
      return capital((date.getFullYear() === new Date().getFullYear() ? long : longYear).format(date));
    },
    date: (at) => date.format(new Date(at)),
    full: (at) => full.format(new Date(at)),
    duration(seconds) {
      const total = Math.max(0, Math.floor(seconds / 60));
      if (total >= 2880) return days.format(Math.floor(total / 1440));
      const parts = [];
      if (total >= 60) parts.push(hours.format(Math.floor(total / 60)));
      if (total % 60 || total < 60) parts.push(minutes.format(total % 60));
      return parts.join(" ");
    },
    number: (value) => number.format(value),
    bytes(size) {
      const step = size < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(size) / 3));
      return sizes[step]!.format(size / 1000 ** step);
    },
  };
}

const formats = new Map<Language, Format>();

export function formatOf(language: Language): Format {
  let format = formats.get(language);
  if (!format) formats.set(language, (format = make(language)));
  return format;
}

export function useFormat(): Format {
  const { language } = usePreferences();
  return useMemo(() => formatOf(language), [language]);
}
