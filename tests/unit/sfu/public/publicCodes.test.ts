import Fastify from 'fastify';
import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { printedSites } from '../../../../src-sfu/app/publicPages.ts';
import { wordsOf } from '../../../../src-sfu/base/words.ts';
import { codeDocument, codeSvg } from '../../../../src-sfu/features/public/codeDocument.ts';
import { createCodeRoutes, type CodeRoutesOptions } from '../../../../src-sfu/http/public/codeRoutes.ts';
import { wholeCity, type Principal, type Scope } from '../../../../src-shared/session/principal.ts';

const chibi: Scope = { districts: ['赤壁市'], squads: [] };
const address = 'https://kitchens.example.cn';
const site = (index: number) => ({
  name: `第${index}食堂`,
  nameEn: `Canteen ${index}`,
  type: 'school_canteen' as const,
  district: '咸安区' as const,
  code: `AAAA-BBBB-${1_000 + index}`,
});
const supervisor = (scope: Scope): Principal => ({
  kind: 'person',
  accountId: 'a',
  name: '王芳',
  role: 'supervisor',
  scope,
  sessionId: 's',
  device: '',
  address: '',
});

describe('the page of codes', () => {
  it('has a code for each site, 18 on a page, which holds the address of the site and a margin', async () => {
    const sites = Array.from({ length: 37 }, (_unused, index) => site(index));
    const html = await codeDocument({
      sites,
      layout: 'stickers',
      address,
      language: 'zh-CN',
      words: wordsOf('zh-CN'),
    });
    expect(html.match(/class="page"/g)).toHaveLength(3);
    expect(html.match(/class="sticker"/g)).toHaveLength(37);
    for (const { code, name } of sites) {
      expect(html).toContain(codeSvg(`${address}/k/${code}`));
      expect(html).toContain(name);
    }
  });

  it('draws exactly the dark modules', () => {
    const text = `${address}/k/AAAA-BBBB-CCCC`;
    const { data, size } = encode(text, { ecc: 'M', border: 4 });
    const drawn = data.map((row) => row.map(() => false));
    for (const [, x, y, width] of codeSvg(text).matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g)) {
      for (let at = 0; at < Number(width); at += 1) drawn[Number(y)]![Number(x) + at] = true;
    }
    expect(drawn).toEqual(data);
    expect(size - 2 * 4).toBeGreaterThan(20);
    expect(data.slice(0, 4).flat()).not.toContain(true);
  });

  it('is text, whatever a site is called, and loads nothing', async () => {
    const html = await codeDocument({
      sites: [{ ...site(1), name: '<img src=x onerror=alert(1)>"&' }],
      layout: 'sheet',
      address,
      language: 'zh-CN',
      words: wordsOf('zh-CN'),
    });
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;');
    expect(html).not.toContain('<img');
    expect(html).toContain("default-src 'none'");
  });
});

describe('which codes somebody gets', () => {
  const registry = {
    site: (id: string) =>
      id === 'gone'
        ? undefined
        : {
            id,
            name: id,
            type: 'restaurant' as const,
            district: id === 'far' ? ('赤壁市' as const) : ('咸安区' as const),
          },
  };
  const publications = {
    agreed: () =>
      ['near', 'far', 'gone'].map((siteId) => ({ siteId, code: siteId, publication: { facts: {} } })),
  };
  const names = (scope: Scope, wanted = {}) =>
    printedSites({ publications, registry, principal: supervisor(scope), wanted }).map(({ name }) => name);

  it('are those of sites that agreed, in the own district', () => {
    expect(names(wholeCity).sort()).toEqual(['far', 'near']);
    expect(names(chibi)).toEqual(['far']);
    expect(names(wholeCity, { district: '咸安区' })).toEqual(['near']);
    expect(names(chibi, { siteId: 'near' })).toEqual([]);
  });
});

describe('the route of codes', () => {
  function start(options: Partial<CodeRoutesOptions> = {}) {
    const http = Fastify();
    const recorded: object[] = [];
    const printed: string[] = [];
    http.decorateRequest('principal');
    http.addHook('onRequest', async (request) => {
      request.principal = supervisor(wholeCity);
    });
    void http.register(
      createCodeRoutes({
        admit: () => async () => undefined,
        address,
        sites: () => [site(1), site(2)],
        print(html) {
          printed.push(html);
          return Promise.resolve({ ok: true, pdf: Buffer.from('%PDF-1') });
        },
        recordExport: (_request, exported) => Promise.resolve(void recorded.push(exported)),
        ...options,
      }),
    );
    const ask = async (query = '') => {
      const answer = await http.inject(`/api/v1/public/codes.pdf${query}`);
      return [answer.statusCode, answer.statusCode === 200 ? answer.body : answer.json().error.code];
    };
    return { ask, recorded, printed };
  }

  it('answers a PDF, and records it', async () => {
    const { ask, recorded, printed } = start();
    expect(await ask('?layout=sheet&language=en&siteId=x')).toEqual([200, '%PDF-1']);
    expect(printed[0]).toContain('Canteen 1');
    expect(recorded).toEqual([
      { action: 'public:printCodes', detail: { layout: 'sheet', language: 'en', siteId: 'x', sites: 2 } },
    ]);
  });

  it('refuses with a reason, and records nothing', async () => {
    const reasons: unknown[] = [];
    for (const [options, query] of [
      [{}, '?layout=poster'],
      [{}, '?more=1'],
      [{ address: undefined }, ''],
      [{ sites: () => [] }, ''],
      [{ sites: () => Array.from({ length: 61 }, (_unused, index) => site(index)) }, '?layout=sheet'],
      [
        { print: () => Promise.resolve({ ok: false as const, reason: 'no_browser' as const, message: '' }) },
        '',
      ],
    ] as [Partial<CodeRoutesOptions>, string][]) {
      const { ask, recorded } = start(options);
      reasons.push(await ask(query));
      expect(recorded).toEqual([]);
    }
    expect(reasons).toEqual([
      [400, 'malformed_query'],
      [400, 'malformed_query'],
      [409, 'no_public_url'],
      [404, 'no_site_agreed'],
      [409, 'too_many_codes'],
      [503, 'no_browser'],
    ]);
  });

  it('makes one file at a time', async () => {
    const held = Promise.withResolvers<{ ok: true; pdf: Uint8Array }>();
    const { ask } = start({ print: () => held.promise });
    const first = ask();
    expect(await ask()).toEqual([503, 'printing_busy']);
    held.resolve({ ok: true, pdf: Buffer.from('%PDF-1') });
    expect(await first).toEqual([200, '%PDF-1']);
    expect((await ask())[0]).toBe(200);
  });
});
