import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const server = process.env["SAMBUNG_PUBLIC_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  root,
  base: "/",
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL("../../src/sambung/_web/desk", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/hooks", "/widget", "/simulator"].map((path) => [path, { target: server, ws: true }]),
    ),
  },
});
