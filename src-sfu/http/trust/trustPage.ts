import { readFileSync } from 'node:fs';
import { renderSVG } from 'uqr';
import { escapeHtml } from '../../../src-shared/escapeHtml.ts';

const languages = ['zh-CN', 'en'] as const;
export type TrustLanguage = (typeof languages)[number];

export interface TrustPageContent {
  language: TrustLanguage;
  /** Address of this page for a phone, which does not trust the certificate yet. */
  trustUrl: string;
  /** Address of the field app, which works only when it does. */
  fieldUrl: string;
  /** SHA-256 of the authority's certificate; undefined when there is nothing to install. */
  fingerprint: string | undefined;
  /** Of the authority that is to follow, while phones install it. */
  nextFingerprint?: string | undefined;
}

type Words = Record<string, string>;

const words = Object.fromEntries(
  languages.map((language) => {
    const file = new URL(`../../../assets/locales/${language}.json`, import.meta.url);
    return [language, (JSON.parse(readFileSync(file, 'utf8')) as { trust: Words }).trust];
  }),
) as Record<TrustLanguage, Words>;

const style = `
:root{color-scheme:dark}
body{margin:0;background:#14171a;color:#c3c9ce;font:18px/1.6 "Noto Sans CJK SC","Noto Sans SC","PingFang SC",system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:1.6rem;font-weight:600;color:#e4e7ea;margin:.5rem 0}
h2{font-size:1.15rem;font-weight:600;color:#e4e7ea;margin:2rem 0 .5rem}
nav{text-align:right}a{color:#9cc3e6}
ol{padding-left:1.4rem}li{margin:.35rem 0}
.key{display:block;margin:.75rem 0;padding:.9rem 1rem;border-radius:10px;background:#e4e7ea;color:#14171a;text-align:center;text-decoration:none;font-weight:600}
.scan{display:flex;gap:1.5rem;align-items:center;background:#1b1f23;border-radius:12px;padding:1.25rem;margin:1.25rem 0}
.scan svg{width:13rem;height:13rem;flex:none;border-radius:6px}
.address{overflow-wrap:anywhere;color:#8d969e}
code{font:.85rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere;color:#8d969e}
@media (max-width:40rem){.scan{display:none}}
`;

/** How a phone comes to trust this hub, step by step: static, with no script and nothing from elsewhere. */
export function trustPage({
  language,
  trustUrl,
  fieldUrl,
  fingerprint,
  nextFingerprint,
}: TrustPageContent): string {
  const text = (key: string): string => escapeHtml(words[language][key] ?? key);
  const steps = (prefix: string, count: number): string =>
    `<ol>${Array.from({ length: count }, (_, index) => `<li>${text(`${prefix}${index + 1}`)}</li>`).join('')}</ol>`;
  const other = languages.find((name) => name !== language) ?? language;
  const install =
    fingerprint === undefined
      ? `<p>${text('ownCertificate')}</p>`
      : `<h2>${text('androidTitle')}</h2>
<a class="key" href="/trust/mingchu.crt" download="mingchu.crt">${text('androidKey')}</a>
${steps('android', 3)}
<h2>${text('iosTitle')}</h2>
<a class="key" href="/trust/mingchu.mobileconfig">${text('iosKey')}</a>
${steps('ios', 4)}`;
  const check =
    fingerprint === undefined
      ? ''
      : `<h2>${text('fingerprintTitle')}</h2><p>${text('fingerprintText')}</p><code>${escapeHtml(fingerprint)}</code>`;
  const next =
    nextFingerprint === undefined
      ? ''
      : `<h2>${text('nextTitle')}</h2><p>${text('nextText')}</p>
<a class="key" href="/trust/mingchu-next.crt" download="mingchu-next.crt">${text('nextKey')}</a><code>${escapeHtml(nextFingerprint)}</code>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${text('title')}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,"><style>${style}</style></head><body><main>
<nav><a href="/trust?lang=${other}" lang="${other}">${escapeHtml(words[other].languageName ?? other)}</a></nav>
<h1>${text('title')}</h1><p>${text('why')}</p>
<div class="scan">${qrCode(trustUrl)}<div><p>${text('scan')}</p><p class="address">${escapeHtml(trustUrl)}</p></div></div>
${install}
${next}
<h2>${text('openTitle')}</h2><p>${text('openText')}</p>
<a class="key" href="${escapeHtml(fieldUrl)}">${text('openKey')}</a><p class="address">${escapeHtml(fieldUrl)}</p>
${check}
</main></body></html>`;
}

/** The language the browser asks for, unless the address names one; Chinese when it asks for neither. */
export function trustLanguage(asked: unknown, accepted: string | undefined): TrustLanguage {
  if (typeof asked === 'string') return asked.startsWith('en') ? 'en' : 'zh-CN';
  const first = (accepted ?? '').split(',').find((part) => /^\s*(zh|en)\b/i.test(part));
  return first !== undefined && /^\s*en\b/i.test(first) ? 'en' : 'zh-CN';
}

function qrCode(text: string): string {
  return renderSVG(text, { ecc: 'M', border: 3 });
}
