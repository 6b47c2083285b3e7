// Builds the client into web/static/dist, with a manifest that the web reads (asset("src/main.ts")).
import { defineConfig } from "vite";

import { catalogue } from "./scripts/catalogue";
import { iconSprite } from "./scripts/icons";

export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  plugins: [catalogue(), iconSprite()],
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // A file inlined as data: would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { main: "src/main.ts", theme: "src/kit/theme_first.ts" } },
  },
  // A busy machine may take long over any test; speed is measured in tests/load.
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000 },
} as Parameters<typeof defineConfig>[0]);
