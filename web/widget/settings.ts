/** What the gateway tells every visitor's browser of a site; drawn from the connection's public settings. */
export interface Words {
  id: string;
  en: string;
}

export interface Question {
  name: string;
  label: string;
  label_id: string;
  type: "text" | "email" | "tel" | "textarea";
  required: boolean;
}

export type Locale = "id" | "en";

export interface Settings {
  key: string;
  title: Words;
  greeting: Words;
  prechat: Question[];
  colour: string;
  position: "left" | "right";
  locale: Locale;
}
