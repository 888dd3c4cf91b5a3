import type { FoundHub } from '../hub/foundHubs.ts';
import type { HubAuthority } from '../hub/hubExamination.ts';
import { escapeHtml } from '../../src-shared/escapeHtml.ts';
import { connectWords, type ConnectFault } from './connectWords.ts';
import { localDocument } from './localDocument.ts';
import type { ShellSettings } from './shellSettings.ts';

type Language = ShellSettings['language'];

const form = (token: string, body: string): string =>
  `<form method="post" action="/"><input type="hidden" name="token" value="${escapeHtml(token)}">${body}</form>`;
const button = (action: string, text: string, isMain = false): string =>
  `<button${isMain ? ' class="main"' : ''} name="action" value="${escapeHtml(action)}">${escapeHtml(text)}</button>`;

/** The three ways to a server: found on the network, by its address, by its connection code. */
export function renderConnectPage(options: {
  language: Language;
  token: string;
  found: readonly FoundHub[];
  fault: ConnectFault | undefined;
}): string {
  const { language, token, found, fault } = options;
  const words = connectWords[language];
  const rows = found.map(
    ({ name, origin }) =>
      `<tr><td>${escapeHtml(name)}<br><span class="small">${escapeHtml(origin)}</span></td><td>${button(`examine ${origin}`, words.check)}</td></tr>`,
  );
  const list =
    rows.length === 0
      ? `<p>${escapeHtml(words.none)}</p>`
      : `<table>${rows.join('')}</table><p class="small">${escapeHtml(words.hint)}</p>`;
  const typed = (name: string, title: string, hint: string, action: string): string =>
    `<h2>${escapeHtml(title)}</h2>${form(
      token,
      `<label><input type="text" name="${name}" aria-label="${escapeHtml(title)}" maxlength="300" autocomplete="off"> ${button(action, words.check)}<br><span class="small">${escapeHtml(hint)}</span></label>`,
    )}`;
  return localDocument(
    language,
    words.title,
    `<h1>${escapeHtml(words.title)}</h1>${fault === undefined ? '' : `<p role="status">${escapeHtml(words.faults[fault])}</p>`}
<h2>${escapeHtml(words.found)}</h2>${form(token, `${list}${button('connect', words.searchAgain)}`)}
${typed('address', words.address, words.addressHint, 'examineAddress')}
${typed('connectionCode', words.code, words.codeHint, 'examineCode')}
${form(token, button('settings', words.back))}`,
  );
}

/** What a person compares before a server is used; the fingerprint in groups that are read aloud easily. */
export function renderComparePage(options: {
  language: Language;
  token: string;
  origin: string;
  authority: HubAuthority | undefined;
}): string {
  const { language, token, origin, authority } = options;
  const words = connectWords[language];
  const groups = (authority?.fingerprint.replaceAll(':', '') ?? '').match(/.{4}/g) ?? [];
  const about =
    authority === undefined
      ? `<p role="status">${escapeHtml(origin.startsWith('https:') ? words.trusted : words.plain)}</p>`
      : `<p>${escapeHtml(words.compare)}</p><h2>${escapeHtml(words.fingerprint)}</h2><p class="fingerprint">${groups.map((group) => `<code>${escapeHtml(group)}</code>`).join(' ')}</p>`;
  return localDocument(
    language,
    words.compareTitle,
    `<h1>${escapeHtml(words.compareTitle)}</h1><p><code>${escapeHtml(origin)}</code></p>${about}
${form(token, `${button('useHub', authority === undefined ? words.use : words.useSame, true)}${button('connect', words.other)}`)}`,
    '.fingerprint { font-size: 1.3rem; line-height: 2; max-width: 34rem; } .fingerprint code { margin-right: 0.6rem; }',
  );
}
