// @vitest-environment node
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, it } from "vitest";

/** What a visitor's phone must load, in bytes of gzip. */
const LOADER = 3_000;
const ALL = 25_000;

it("stays small", async () => {
  const built = await build({
    configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)),
    build: { write: false },
    logLevel: "silent",
  });
  const { output } = built as Rolldown.RolldownOutput;
  const sizes = Object.fromEntries(output.map((file) => [file.fileName, gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 }).length]));
  expect(Object.keys(sizes).sort()).toEqual(["frame.css", "frame.js", "loader.js"]);
  expect(sizes["loader.js"]).toBeLessThanOrEqual(LOADER);
  expect(Object.values(sizes).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(ALL);
});
