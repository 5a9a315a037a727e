import { expect, it } from "vitest";
import { translate, type Key } from ".";
import { en } from "./en";
import { id } from "./id";

const gaps = (text: unknown) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

it("says everything in both languages, with the same gaps", () => {
  expect(Object.keys(id).sort()).toEqual(Object.keys(en).sort());
  for (const key of Object.keys(en) as Key[]) expect(new Set(gaps(id[key])), key).toEqual(new Set(gaps(en[key])));
});

it("chooses the plural and writes numbers as the language does", () => {
  expect(translate("en", "done.bulk", { n: 1 })).toBe("1 conversation changed");
  expect(translate("en", "done.bulk", { n: 1200 })).toBe("1,200 conversations changed");
  expect(translate("id", "done.bulk", { n: 1200 })).toBe("1.200 percakapan diubah");
});

it("shows a key it does not have rather than nothing at all", () => {
  expect(translate("en", "author.somebody_new" as Key)).toBe("author.somebody_new");
});
