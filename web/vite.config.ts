import { defineConfig } from 'vite';

/** The pages, as a few files that a browser takes as they are. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/panel/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  json: { namedExports: true },
  build: {
    outDir: '../dist/panel/site',
    emptyOutDir: true,
    // Nothing inline: the policy of the page takes files of its own origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // What every screen stands on comes at once, in one file.
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'core', test: /node_modules|\/web\/(?:api|telegram|ui)\// }] },
      },
    },
  },
  server: { proxy: { '/panel/api': 'http://127.0.0.1:3000' } },
});
