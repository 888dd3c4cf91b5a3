import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import sharp from 'sharp';
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

/** What makes the field page an app of a phone: its manifest and icons drawn from the SVG; and the lists of files for service workers. */
function fieldApp(): Plugin {
  return {
    name: 'mingchu-field-app',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const icon = readFileSync(path('assets/icons/field.svg'));
      for (const size of [180, 192, 512]) {
        const source = await sharp(icon).resize(size, size).png().toBuffer();
        this.emitFile({ type: 'asset', fileName: `icons/field-${size}.png`, source });
      }
      const manifest = readFileSync(path('assets/field/field.webmanifest'), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'field.webmanifest', source: manifest });
      emitShell(this, bundle, 'field', ['field.html', 'field.webmanifest', 'icons/field-192.png'], manifest);
      emitShell(this, bundle, 'showcase', ['showcase.html'], '');
    },
  };
}

type Bundle = Parameters<Extract<Plugin['generateBundle'], (...given: never[]) => unknown>>[1];

/** The scripts and styles that a surface loads, by their names in the bundle. */
function filesOf(bundle: Bundle, surface: string): string[] {
  const files = new Set<string>();
  const take = (fileName: string): void => {
    const chunk = bundle[fileName];
    if (chunk?.type !== 'chunk' || files.has(fileName)) return;
    files.add(fileName);
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) take(next);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === surface) take(chunk.fileName);
  }
  return [...files].sort();
}

/** The list of the files without which a surface does not open, for its service worker; `content`: what else makes another version. */
function emitShell(
  context: { emitFile(file: { type: 'asset'; fileName: string; source: string }): unknown },
  bundle: Bundle,
  surface: string,
  first: readonly string[],
  content: string,
): void {
  const shell = [...first, ...filesOf(bundle, surface)];
  const version = createHash('sha256').update(shell.join()).update(content).digest('hex').slice(0, 16);
  context.emitFile({
    type: 'asset',
    fileName: `${surface}-shell.json`,
    source: JSON.stringify({ version, files: shell.map((file) => `/${file}`) }),
  });
}

/**
 * The words of the public's page as a module of its own: that of all words is shared with the other surfaces, and would be loaded whole.
 * What the page does not import of it is left out.
 */
function publicWords(): Plugin {
  const mark = '\0public-words:';
  return {
    name: 'mingchu-public-words',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer = '') {
      const isWords = importer.endsWith('/app/public/publicWords.ts') && source.endsWith('.json');
      // With another ending, so that it is not read as JSON.
      return isWords ? `${mark}${join(dirname(importer), source)}.js` : undefined;
    },
    load(id) {
      if (!id.startsWith(mark)) return undefined;
      const words = JSON.parse(readFileSync(id.slice(mark.length, -'.js'.length), 'utf8')) as Record<
        string,
        unknown
      >;
      return Object.entries(words)
        .map(
          ([name, value], index) =>
            `const n${index} = ${JSON.stringify(value)}; export { n${index} as ${name} };`,
        )
        .join('\n');
    },
  };
}

/** The files of the public's page also as phones on slow networks take them, made once, so that no request costs the hub that work. */
function smallPublicPage(): Plugin {
  return {
    name: 'mingchu-small-public-page',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of ['public.html', ...filesOf(bundle, 'public')]) {
        const content = readFileSync(join(dir, name));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content));
      }
    },
  };
}

/** The one-page guides of `docs/guides`, to be printed from a desk. */
function printableGuides(): Plugin {
  return {
    name: 'mingchu-printable-guides',
    apply: 'build',
    async generateBundle() {
      const { href } = new URL('./scripts/guides/guidePages.mjs', import.meta.url);
      const { guidePages } = (await import(href)) as { guidePages(): Map<string, string> };
      for (const [name, source] of guidePages()) {
        this.emitFile({ type: 'asset', fileName: `guides/${name}`, source });
      }
    },
  };
}

/** Builds the desktop shell (main, preload) and the surfaces into out/; the hub serves out/renderer at `/`. */
export default defineConfig({
  // Whole in one file: the packaged application brings no packages of its own.
  main: { build: { externalizeDeps: false, rollupOptions: { input: path('src-main/main.ts') } } },
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
    // Before the first schema is made, the library is set up for a page (schemas.ts).
    resolve: { alias: [{ find: /^zod$/, replacement: path('src-renderer/app/shared/schemas.ts') }] },
    plugins: [react(), contentSecurity(), fieldApp(), publicWords(), smallPublicPage(), printableGuides()],
    build: {
      // Phones of the public are years old: WeChat's own browser, iPhones of iOS 15, which know what Chrome 87 knows.
      target: 'chrome87',
      minify: true,
      // Small files would be inlined as data: URLs, which the policy above refuses for scripts and fonts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: {
          wall: path('src-renderer/wall.html'),
          desk: path('src-renderer/desk.html'),
          field: path('src-renderer/field.html'),
          'sign-in': path('src-renderer/sign-in.html'),
          showcase: path('src-renderer/showcase.html'),
          site: path('src-renderer/site.html'),
          public: path('src-renderer/public.html'),
          'field-worker': path('src-renderer/app/field/fieldWorker.ts'),
        },
        output: {
          // A service worker is known by its address.
          entryFileNames: ({ name }) =>
            name === 'field-worker' ? 'field-worker.js' : 'assets/[name]-[hash].js',
        },
      },
    },
  },
});
