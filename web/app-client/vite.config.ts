import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One module without dependencies, served by the gateway beside the widget. */
export default defineConfig({
  root: here("."),
  publicDir: false,
  build: {
    outDir: here("../../src/sambung/_web/app-client"),
    emptyOutDir: true,
    target: "es2020",
    lib: { entry: here("client.ts"), formats: ["es"], fileName: () => "app-client.js" },
  },
});
