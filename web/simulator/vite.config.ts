import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Relative addresses: the page works wherever the simulator is mounted. */
export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: here("../../src/sambung/_web/simulator"),
    emptyOutDir: true,
    target: "es2022",
  },
});
