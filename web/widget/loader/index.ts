import type { Settings } from "../settings";
import { start } from "./start";

/** The gateway puts the site's settings here when it serves the file. */
declare const __SAMBUNG_SETTINGS__: Settings;

{
  const script = document.currentScript as HTMLScriptElement;
  const base = script.src.replace(/\.js(\?.*)?$/, "");
  const begin = () => start(__SAMBUNG_SETTINGS__, base);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
