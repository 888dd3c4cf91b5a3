import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectDirectory } from '../setup/paths.mjs';
import { guideHtml } from './guideText.mjs';

/** Where the guides lie, and at which addresses of the hub they are printed from. */
const folder = join(projectDirectory, 'docs', 'guides');
const style = 'guide.css';

const words = {
  'zh-CN': { print: '按 Ctrl+P 打印：一张 A4 纸。', other: 'English' },
  en: { print: 'Press Ctrl+P to print: one sheet of A4.', other: '中文' },
};

/**
 * The guides for duty officers, supervisors and squads as pages that print on one sheet of A4, and their style.
 * @returns {Map<string, string>} contents by the file's name, such as `duty-officer.en.html`
 */
export function guidePages() {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
  const pages = names.map((name) => [
    name.replace(/\.md$/, '.html'),
    pageHtml(name, readFileSync(join(folder, name), 'utf8'), new Set(names)),
  ]);
  return new Map([...pages, [style, readFileSync(new URL(style, import.meta.url), 'utf8')]]);
}

/**
 * @param {string} name of the guide's file
 * @param {string} text
 * @param {ReadonlySet<string>} guides
 */
function pageHtml(name, text, guides) {
  const language = name.endsWith('.en.md') ? 'en' : 'zh-CN';
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  // Other pages of the documents are not served: their names stay as words.
  const hrefOf = (target) => (guides.has(target) ? target.replace(/\.md$/, '.html') : undefined);
  const other = name.replace(/\.[^.]+\.md$/, language === 'en' ? '.zh-CN.html' : '.en.html');
  // The paper needs no way to the other language.
  const body = text.replaceAll(/\[(?:中文|English)\]\([^)]+\)[.。]?/g, '');
  return [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<head>',
    '<meta charset="utf-8" />',
    '<meta name="viewport" content="width=device-width" />',
    `<title>${title}</title>`,
    `<link rel="stylesheet" href="${style}" />`,
    '</head>',
    '<body>',
    `<nav>${words[language].print} <a href="${other}">${words[language].other}</a></nav>`,
    `<main>${guideHtml(body, hrefOf)}</main>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
