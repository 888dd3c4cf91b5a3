import { escapeHtml } from '../../src-shared/escapeHtml.ts';
import type { ShellSettings } from './shellSettings.ts';

type Language = ShellSettings['language'];

const style = `
:root { color-scheme: dark; }
html { background: #14171a; color: #c9d1d9; font: 16px/1.5 "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem; }
h1 { font-size: 1.5rem; font-weight: 500; color: #e6edf3; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; font-weight: 500; color: #e6edf3; margin: 1.5rem 0 0.5rem; }
table { border-collapse: collapse; width: 100%; }
td { padding: 0.3rem 0.8rem 0.3rem 0; vertical-align: middle; }
label { display: block; margin: 0.6rem 0; }
input, select, button { font: inherit; color: inherit; background: #1e2329; border: 1px solid #4a535d; border-radius: 4px; padding: 0.35rem 0.6rem; }
input[type=text], input[type=password] { min-width: 18rem; }
td input[type=text] { min-width: 8rem; width: 8rem; }
button { cursor: pointer; margin: 1rem 0.6rem 0 0; }
button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid #4aa3ff; outline-offset: 1px; }
.main { background: #1f5f9e; border-color: #2f7fcf; color: #fff; }
.small { color: #9aa4ae; font-size: 0.9rem; }
[role=status] { border-left: 4px solid #d29922; padding: 0.3rem 0.8rem; margin: 0 0 1rem; }
code { overflow-wrap: anywhere; color: #e6edf3; }
`;

/** A page of the shell itself: a whole document without scripts. `body` is HTML. */
export function localDocument(language: Language, title: string, body: string, extraStyle = ''): string {
  return `<!doctype html>
<html lang="${language}" translate="no">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>明厨 · ${escapeHtml(title)}</title><style>${style}${extraStyle}</style></head>
<body><main>${body}</main></body>
</html>
`;
}
