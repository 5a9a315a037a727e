/**
 * The parts of the front end. Each part is a folder with its own vite.config.ts (what it builds into) and
 * tsconfig.json; a folder that does not exist is skipped, so a part can be added without editing the others.
 *
 *   node parts.mjs build   every part into src/sambung/_web/<part>/
 *   node parts.mjs check   types of every part
 */
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const parts = ["desk", "widget", "simulator", "app-client"];

const commands = {
  build: (part) => ["vite", "vite.config.ts", ["build", "--config", `${part}/vite.config.ts`]],
  check: (part) => ["typescript", "tsconfig.json", ["--noEmit", "--project", part]],
};
const binaries = { vite: "vite/bin/vite.js", typescript: "typescript/bin/tsc" };

const [, , name] = process.argv;
const command = commands[name];
if (!command) {
  console.error("usage: node parts.mjs build|check");
  process.exit(2);
}
for (const part of parts) {
  const [tool, config, args] = command(part);
  if (!existsSync(join(here, part, config))) continue;
  console.log(`${name} ${part}`);
  const run = spawnSync(process.execPath, [join(here, "node_modules", binaries[tool]), ...args], {
    cwd: here,
    stdio: "inherit",
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
