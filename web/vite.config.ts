import { defineConfig } from "vite";

// Relative addresses: the page works below any path, also from a plain folder on a static host.
// Fixed names: the folder is kept, because the build of the program watches it, and nothing old stays.
export default defineConfig({
  base: "./",
  build: {
    outDir: "page",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { output: { entryFileNames: "page.js", chunkFileNames: "[name].js", assetFileNames: "page[extname]" } },
  },
});
