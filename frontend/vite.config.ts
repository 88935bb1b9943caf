import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The two fonts of the first page are asked for with the document, not after its style. */
const preloadFonts = (): Plugin => ({
  name: "preload-fonts",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => /-latin-wght-normal-.*\.woff2$/.test(file))
        .map((file) => ({
          tag: "link",
          injectTo: "head",
          attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${file}`, crossorigin: true },
        })),
  },
});

export default defineConfig({
  plugins: [react(), preloadFonts()],
  build: {
    target: "es2022",
    // Browsers of that target preload modules themselves.
    modulePreload: { polyfill: false },
    // A data: URL would need a looser font-src and img-src.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What most pages use is one script: each one more costs a page the head of a request.
        codeSplitting: { groups: [{ name: "shared", test: /[\\/]src[\\/](api|components)[\\/]/, minShareCount: 2 }] },
      },
    },
  },
  server: { host: "127.0.0.1", strictPort: true },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
