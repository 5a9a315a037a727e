import { expect, it } from "vitest";
import { fill } from "./template-text";

it("fills numbered and named gaps, and leaves an empty one in sight", () => {
  expect(fill("Halo {{1}}, pesanan {{2}}", ["Siti", "4182"])).toBe("Halo Siti, pesanan 4182");
  expect(fill("Halo {{nama}}, {{ resi }}, {{nama}}", ["Siti", "JP1"])).toBe("Halo Siti, JP1, Siti");
  expect(fill("Halo {{1}}", [""])).toBe("Halo {{1}}");
});
