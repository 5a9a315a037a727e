/** The languages of the page, and which one a newcomer sees. */
export type Language = "id" | "en";

export function first(): Language {
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "id";
}
