import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Locale, Question, Words } from "../settings";

const ID = {
  write: "Tulis pesan…",
  send: "Kirim",
  attach: "Lampirkan berkas",
  close: "Tutup obrolan",
  thread: "Percakapan",
  older: "Tampilkan yang lebih lama",
  today: "Hari ini",
  yesterday: "Kemarin",
  typing: "sedang mengetik…",
  someone: "Tim kami",
  you: "Anda",
  offline: "Menyambungkan kembali… pesan Anda akan terkirim sesudahnya.",
  refused: "Obrolan sedang tidak tersedia. Coba lagi nanti.",
  status: { queued: "Menunggu terkirim", sent: "Terkirim", delivered: "Sampai", read: "Dibaca", failed: "Gagal" },
  failed: "Tidak terkirim",
  retry: "Coba lagi",
  begin: "Mulai obrolan",
  required: "Wajib diisi",
  optional: "tidak wajib",
  bad_email: "Tulis alamat email yang benar",
  bad_tel: "Tulis nomor telepon yang benar",
  remove: "Buang",
  uploading: "Mengunggah",
  too_large: "Berkas terlalu besar (maksimal 20 MB)",
  not_allowed: "Jenis berkas ini tidak dapat dikirim",
  not_uploaded: "Gagal mengunggah",
  too_long: "Pesan terlalu panjang",
  sign_in: "Masuk dulu di situs ini untuk mengobrol",
  deleted: "Pesan ini dihapus",
  unsupported: "Pesan ini tidak dapat ditampilkan di sini",
  opens: "terbuka di tab baru",
};

type Table = typeof ID;

const EN: Table = {
  write: "Write a message…",
  send: "Send",
  attach: "Attach a file",
  close: "Close chat",
  thread: "Conversation",
  older: "Show earlier messages",
  today: "Today",
  yesterday: "Yesterday",
  typing: "is typing…",
  someone: "Our team",
  you: "You",
  offline: "Reconnecting… your messages will be sent then.",
  refused: "Chat is not available right now. Please try again later.",
  status: { queued: "Waiting to be sent", sent: "Sent", delivered: "Delivered", read: "Read", failed: "Failed" },
  failed: "Not sent",
  retry: "Try again",
  begin: "Start chat",
  required: "Please fill this in",
  optional: "optional",
  bad_email: "Please write a valid email address",
  bad_tel: "Please write a valid phone number",
  remove: "Remove",
  uploading: "Uploading",
  too_large: "The file is too large (20 MB at most)",
  not_allowed: "This kind of file cannot be sent",
  not_uploaded: "Upload failed",
  too_long: "The message is too long",
  sign_in: "Please sign in on this site to chat",
  deleted: "This message was deleted",
  unsupported: "This message cannot be shown here",
  opens: "opens in a new tab",
};

export const TABLES: Record<Locale, Table> = { id: ID, en: EN };

export const Language = createContext<Locale>("id");

export function useWords(): Table & { locale: Locale; of(words: Words): string; label(question: Question): string } {
  const locale = useContext(Language);
  return {
    ...TABLES[locale],
    locale,
    of: (words) => words[locale] || words.id || words.en,
    label: (question) => (locale === "id" && question.label_id) || question.label,
  };
}

export function clock(at: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** "Today", "Yesterday", or the date. */
export function day(at: string, locale: Locale, now: Date = new Date()): string {
  const date = new Date(at);
  const apart = Math.round((new Date(now.toDateString()).getTime() - new Date(date.toDateString()).getTime()) / 86_400_000);
  if (apart === 0) return TABLES[locale].today;
  if (apart === 1) return TABLES[locale].yesterday;
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year }).format(date);
}

export function size(bytes: number, locale: Locale): string {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
