import { textOf, type Translate } from "../i18n";

/** What a warning says: ours have words, a provider's error code (digits) is named as one, its sentences stay. */
export function warningText(t: Translate, warning: string): string {
  return /^\d+$/.test(warning) ? t("warning.code", { code: warning }) : textOf(t, "warning", warning);
}
