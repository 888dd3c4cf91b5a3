import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import en from '../../../../assets/locales/en.json';
import zhCN from '../../../../assets/locales/zh-CN.json';
import { recordingProblems } from '../../../../src-renderer/features/alerts/recordedPictures.ts';
import { httpRefusalCodes, httpRefusalText } from '../../../../src-renderer/ui/httpRefusal.ts';
import { refusalText } from '../../../../src-renderer/ui/refusalText.ts';
import { refuse, type Refused } from '../../../../src-shared/protocol/define.ts';
import { registryFaults } from '../../../../src-shared/cameras/registryFault.ts';
import { mapFaultCodes } from '../../../../src-shared/map/city.ts';
import { refusalReasons } from '../../../../src-shared/protocol/refusals.ts';

const root = join(import.meta.dirname, '../../../..');
const languages = { 'zh-CN': zhCN, en };

function sentences(locale: { refusals: object }): Map<string, string> {
  return new Map(
    Object.entries(locale.refusals as Record<string, Record<string, string>>).flatMap(([feature, words]) =>
      Object.entries(words).map(([name, sentence]) => [`${feature}.${name}`, sentence] as const),
    ),
  );
}

function sourcesIn(folder: string): { path: string; source: ts.SourceFile }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(root, path), 'utf8');
      return { path, source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
    });
}

/** Calls and `new` expressions of this name. */
function callsOf(source: ts.SourceFile, name: string): (ts.CallExpression | ts.NewExpression)[] {
  const found: (ts.CallExpression | ts.NewExpression)[] = [];
  const visit = (node: ts.Node): void => {
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && ts.isIdentifier(node.expression) && node.expression.text === name) found.push(node);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

/** The values of properties of this name in object literals. */
function valuesOf(source: ts.SourceFile, name: string): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === name) found.push(node.initializer);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

/** Codes that no person reads. */
const ofPrograms: readonly string[] = [
  // Platforms that send alerts.
  'replayed',
  'idempotency_key_reused',
  'external_id_reused',
  'not_acceptable',
  'malformed_alert',
  'body_too_costly',
  'too_many_failures',
  'snapshot_quota',
  'snapshot_missing',
  'snapshot_too_large',
  'snapshot_unusable',
  'malformed_idempotency_key',
  'malformed_reused_ids',
  'unsupported_encoding',
  // Systems that enter recorders and body-worn recorders by a key.
  'malformed_device',
  'malformed_recorder',
  // Pictures: in their place the page shows that there is none.
  'no_picture',
  'no_jpeg',
  // Before any page of ours is there; and the public's page, which has one sentence for every fault.
  'bad_host',
  'not_answered',
];

describe('the words of refusals', () => {
  it.each(Object.entries(languages))(
    '%s has a sentence for each reason and for nothing else',
    (_name, locale) => {
      expect([...sentences(locale).keys()].sort()).toEqual(Object.keys(refusalReasons).sort());
    },
  );

  it.each(Object.entries(languages))('%s uses only parameters that the reason has', (_name, locale) => {
    for (const [reason, sentence] of sentences(locale)) {
      const known: readonly string[] = refusalReasons[reason as keyof typeof refusalReasons];
      const used = [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
      for (const name of used) expect(known, reason).toContain(name);
    }
  });

  it.each(Object.entries(languages))('%s ends each sentence with a full stop', (_name, locale) => {
    for (const [reason, sentence] of sentences(locale)) expect(sentence, reason).toMatch(/[。.]$/);
  });

  it('every refusal of the hub has a reason', () => {
    const without = ['src-sfu', 'src-renderer', 'src-sim'].flatMap((folder) =>
      sourcesIn(folder)
        .filter(({ source }) =>
          /import \{[^}]*\brefuse\b[^}]*\} from '[./]*src-shared\/protocol\/define\.ts'/.test(source.text),
        )
        .flatMap(({ path, source }) =>
          callsOf(source, 'refuse')
            .filter((call) => (call.arguments?.length ?? 0) < 3)
            .map((call) => `${path}: ${call.getText(source).slice(0, 80)}`),
        ),
    );
    expect(without).toEqual([]);
  });

  it('a refusal without a reason, and a reason without its parameters, do not compile', () => {
    // @ts-expect-error There is no reason.
    const bare = (): unknown => refuse('conflict', 'It changed meanwhile.');
    // @ts-expect-error The sentence says which screen.
    const withoutScreen = (): unknown => refuse('conflict', 'Changed.', { reason: 'wall.screen_changed' });
    // @ts-expect-error Nobody has words for it.
    const unknown = (): unknown => refuse('conflict', 'Changed.', { reason: 'wall.of_tomorrow' });
    // @ts-expect-error An answer that is written by hand is bound by the same.
    const byHand: Refused = { ok: false, code: 'conflict', message: 'It changed meanwhile.' };
    expect([bare, withoutScreen, unknown, byHand]).toHaveLength(4);
  });

  it('every reason is given somewhere', () => {
    const texts = ['src-sfu', 'src-renderer/server', 'src-shared'].flatMap((folder) =>
      sourcesIn(folder).filter(({ path }) => !path.endsWith('refusals.ts')),
    );
    const all = texts.map(({ source }) => source.text).join('\n');
    // `wall.layout_overlap` and its like are made of the code of a layout's problem.
    const unused = Object.keys(refusalReasons).filter(
      (reason) => !all.includes(`'${reason}'`) && !reason.startsWith('wall.layout_'),
    );
    expect(unused).toEqual([]);
  });

  it('every code of a refusal over HTTP has a sentence, or is read by programs alone', () => {
    const literalsIn = (node: ts.Node | undefined): string[] => {
      if (node === undefined) return [];
      if (ts.isStringLiteral(node)) return [node.text];
      return ts.isConditionalExpression(node)
        ? [...literalsIn(node.whenTrue), ...literalsIn(node.whenFalse)]
        : [];
    };
    const codes = sourcesIn('src-sfu/http').flatMap(({ source }) => {
      const ofBodies = callsOf(source, 'BodyError').map((call) => call.arguments?.[1]);
      // The code stands before the message, whatever is before it.
      const ofRoutes = callsOf(source, 'refuse').flatMap((call) => call.arguments?.slice(1, 3) ?? []);
      return [...ofBodies, ...ofRoutes, ...valuesOf(source, 'code')].flatMap(literalsIn);
    });
    const known = new Set<string>([...httpRefusalCodes, ...recordingProblems, ...ofPrograms]);
    expect(new Set(codes).size).toBeGreaterThan(50);
    expect([...new Set(codes)].filter((code) => /^[a-z_]+$/.test(code) && !known.has(code))).toEqual([]);
    // What is not refused any more is taken out.
    expect(ofPrograms.filter((code) => !codes.includes(code))).toEqual([]);
    for (const locale of Object.values(languages)) {
      expect(Object.keys(locale.httpRefusal).sort()).toEqual([...httpRefusalCodes, 'other'].sort());
    }
  });
});

describe('the words of what is wrong with an import', () => {
  it.each(Object.entries(languages))(
    '%s has a sentence for each code and for nothing else',
    (_name, locale) => {
      expect(Object.keys(locale.registry.fault).sort()).toEqual(Object.keys(registryFaults).sort());
    },
  );

  it.each(Object.entries(languages))('%s uses only parameters that the code has', (_name, locale) => {
    for (const [code, parameters] of Object.entries(registryFaults)) {
      const sentence = locale.registry.fault[code as keyof typeof registryFaults];
      const used = [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
      for (const name of used) expect(parameters as readonly string[], code).toContain(name);
    }
  });
});

it.each(Object.entries(languages))('%s has a sentence for each fault of a map', (_name, locale) => {
  expect(Object.keys(locale.map.fault).sort()).toEqual([...mapFaultCodes].sort());
});

describe('the sentence of a refusal', () => {
  beforeAll(async () => {
    await i18next.init({
      lng: 'zh-CN',
      resources: { 'zh-CN': { translation: zhCN }, en: { translation: en } },
      interpolation: { escapeValue: false },
    });
  });

  it.each([
    ['zh-CN', '屏 2 已被他人更改，请查看后重新选择。'],
    ['en', 'Screen 2 was changed by somebody else. Check it and choose again.'],
  ] as const)('is in the language of the page: %s', (language, sentence) => {
    const refusal = refuse('conflict', 'Screen 2 changed meanwhile (revision 3, yours 2).', {
      reason: 'wall.screen_changed',
      screen: '2',
    }) as Refused;
    expect(refusal.parameters).toEqual({ screen: '2' });
    expect(refusalText(refusal, i18next.getFixedT(language))).toBe(sentence);
  });

  it.each([
    ['zh-CN', '处置单 7-042 在 2026-11-07 14:03:22 已有变动（值班席 2：改派），请查看后再操作。'],
    ['en', 'Order 7-042 changed at 2026-11-07 14:03:22 (Desk 2: Reassigned). Look at it and decide again.'],
  ] as const)('says who changed what and when: %s', (language, sentence) => {
    const refusal = refuse('conflict', 'It changed.', {
      reason: 'orders.changed_meanwhile',
      number: '7-042',
      who: '值班席 2',
      action: 'reassigned',
      atMs: new Date(2026, 10, 7, 14, 3, 22).getTime(),
      revision: 8,
    }) as Refused;
    expect(refusalText(refusal, i18next.getFixedT(language))).toBe(sentence);
  });

  it('says what kind of refusal it is where the reason is not known, and never the English of the hub', () => {
    const t = i18next.getFixedT('zh-CN');
    expect(refusalText({ code: 'conflict' }, t)).toBe(zhCN.refusal.conflict);
    expect(refusalText({ code: 'something new', reason: 'wall.of_tomorrow' as 'wall.no_tour' }, t)).toBe(
      zhCN.refusal.internal,
    );
    expect(httpRefusalText('something_new', t)).toBe(zhCN.httpRefusal.other);
    expect(httpRefusalText('unavailable', t)).toBe(zhCN.httpRefusal.unavailable);
    expect(httpRefusalText('session.database_full', t)).toBe(zhCN.refusals.session.database_full);
  });
});
