import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * What a surface may load: its own files and its own hub, nothing else. Inline style attributes are set through the
 * object model by React, which this policy allows; `blob:` is for pictures a surface makes itself.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Writes the policy into each built page; the development server needs inline scripts and goes without. */
function contentSecurity(): Plugin {
  return {
    name: 'mingchu-content-security',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** Builds the desktop shell (main, preload) and the four surfaces into out/; the hub serves out/renderer at `/`. */
export default defineConfig({
  main: { build: { rollupOptions: { input: path('src-main/main.ts') } } },
  // A sandboxed preload must be CommonJS.
  preload: {
    build: {
      rollupOptions: {
        input: path('src-main/preload.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: path('src-renderer'),
    plugins: [react(), contentSecurity()],
    build: {
      target: 'chrome120',
      minify: true,
      // Small files would be inlined as data: URLs, which the policy above refuses for scripts and fonts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: {
          wall: path('src-renderer/wall.html'),
          desk: path('src-renderer/desk.html'),
          field: path('src-renderer/field.html'),
          showcase: path('src-renderer/showcase.html'),
        },
      },
    },
  },
});
