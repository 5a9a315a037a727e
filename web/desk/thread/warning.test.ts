import { expect, it } from "vitest";
import { translate, type Translate } from "../i18n";
import { warningText } from "./warning";

const en: Translate = (key, values) => translate("en", key, values);
const id: Translate = (key, values) => translate("id", key, values);

it("has words for what the server warns of, in both languages", () => {
  const codes = "standby foreign_reference authentication_failed reply_to_elsewhere too_many_parts unreadable_part truncated encrypted winmail";
  for (const code of codes.split(" ")) {
    expect(warningText(en, code)).not.toBe(code);
    expect(warningText(id, code)).not.toBe(warningText(en, code));
  }
});

it("names a provider's error code, and leaves its sentences alone", () => {
  expect(warningText(en, "131051")).toBe("The provider reported error 131051 with this message");
  expect(warningText(en, "Lazada: contains a link")).toBe("Lazada: contains a link");
});
