import { setImmediate as nextTurn } from 'node:timers/promises';
import { encode } from 'uqr';
import type { SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Words } from '../../../src-shared/timeline/timelineWords.ts';
import { escapeHtml } from '../../../src-shared/escapeHtml.ts';
import type { WordLanguage } from '../../base/words.ts';

/** A site whose code is printed. */
export interface PrintedSite {
  name: string;
  nameEn?: string;
  type: SiteType;
  district: string;
  code: string;
}

export const codeLayouts = ['sheet', 'stickers'] as const;
/** `sheet`: a page of A4 for each site, to hang up. `stickers`: 18 on a page of A4, to cut out. */
export type CodeLayout = (typeof codeLayouts)[number];

/** Codes that are made before the hub’s other work gets its turn; one takes some three milliseconds. */
const codesPerTurn = 1;

const style = `
*{box-sizing:border-box}
body{margin:0;color:#000;background:#fff;font:11pt/1.35 "Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
svg{display:block;width:100%;height:auto}
p{margin:0}code{font:inherit}
.sheet{height:266mm;display:flex;flex-direction:column;align-items:center;justify-content:space-between;text-align:center;break-after:page;break-inside:avoid}
.sheet h1{margin:0;font-size:40pt}.sheet h2{margin:0;font-size:26pt;overflow-wrap:anywhere}
.sheet .code{width:120mm}.sheet .hint{font-size:16pt}.sheet .small{font-size:12pt}
.page{display:grid;grid-template-columns:repeat(3,1fr);grid-auto-rows:44.8mm;break-after:page}
.page:last-child,.sheet:last-child{break-after:auto}
.sticker{display:flex;gap:2mm;align-items:center;padding:2mm;border:.1mm dashed #888;overflow:hidden;break-inside:avoid}
.sticker .code{flex:0 0 30mm}.sticker b{display:block;font-size:10pt}
.sticker div:last-child{min-width:0;font-size:7.5pt;overflow-wrap:anywhere;max-height:40mm;overflow:hidden}
@page{size:A4;margin:14mm}
`;

/** Nothing in the document may load or run anything. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";
const stickersOfPage = 18;

/**
 * The QR codes of sites as a page to print, which needs nothing else. A code holds `address` with `/k/` and the code of the site.
 * 1,500 sites are about 7 MB, made in turns.
 */
export async function codeDocument(options: {
  sites: readonly PrintedSite[];
  layout: CodeLayout;
  /** The address of the public's page, such as `https://kitchens.example.cn`. */
  address: string;
  language: WordLanguage;
  words: Words;
}): Promise<string> {
  const { sites, layout, address, language, words } = options;
  const say = (key: string): string => escapeHtml(words(key) ?? '');
  const parts: string[] = [];
  for (const [index, site] of sites.entries()) {
    if (index % codesPerTurn === codesPerTurn - 1) await nextTurn();
    const url = `${address}/k/${site.code}`;
    const name = escapeHtml((language === 'en' ? site.nameEn : undefined) ?? site.name);
    const where = `${say(`siteType.${site.type}`)} · ${say(`district.${site.district}`)}`;
    const code = `<div class="code">${codeSvg(url)}</div>`;
    if (layout === 'sheet') {
      parts.push(
        `<section class="sheet"><h1>${say('publicCodes.print.title')}</h1><div><h2>${name}</h2><p>${where}</p></div>${code}<p class="hint">${say('publicCodes.print.hint')}</p><p class="small">${say('publicCodes.print.softened')}<br><code>${escapeHtml(url)}</code></p></section>`,
      );
      continue;
    }
    if (index % stickersOfPage === 0)
      parts.push(index === 0 ? '<div class="page">' : '</div><div class="page">');
    parts.push(
      `<div class="sticker">${code}<div><b>${say('publicCodes.print.title')}</b>${name}<br>${where}<br>${escapeHtml(site.code)}</div></div>`,
    );
  }
  if (layout === 'stickers' && sites.length > 0) parts.push('</div>');
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${say('publicCodes.print.title')}</title><style>${style}</style></head><body>
${parts.join('\n')}
</body></html>
`;
}

/** One path for all dark modules, a rectangle for each run of them; the margin of 4 modules is that of ISO/IEC 18004. */
export function codeSvg(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x += 1;
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  });
  return `<svg viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}
