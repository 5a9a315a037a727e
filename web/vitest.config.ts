import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{api,ui,desk,widget,simulator,app-client}/**/*.test.{ts,tsx}"],
    environment: "happy-dom",
    restoreMocks: true,
  },
});
