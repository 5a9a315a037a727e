import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The loader runs in other people's pages: one file, and no name of it in theirs. */
const alone: Plugin = {
  name: "alone",
  apply: "build",
  renderChunk(code, chunk) {
    if (chunk.name !== "loader") return null;
    if (chunk.imports.length) this.error(`the loader must import nothing at run time: ${chunk.imports.join()}`);
    return { code: `(()=>{${code.trim()}})();`, map: null };
  },
};

/** Two files and a style sheet, served by the gateway: loader.js (with the site's settings put in) and the frame. */
export default defineConfig({
  root: here("."),
  publicDir: false,
  plugins: [alone],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("../../src/sambung/_web/widget"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rollupOptions: {
      input: { loader: here("loader/index.ts"), frame: here("frame/index.tsx") },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
