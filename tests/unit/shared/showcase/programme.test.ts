import { describe, expect, it } from 'vitest';
import {
  defaultProgramme,
  programmeSchema,
  sceneAt,
  type Scene,
} from '../../../../src-shared/showcase/programme.ts';
import fc from '../../../support/properties.ts';

const scene = (sceneId: string, lengthSeconds: number, more: Partial<Scene> = {}): Scene => ({
  sceneId,
  kind: 'words',
  isShown: true,
  lengthSeconds,
  words: { 'zh-CN': {}, en: {} },
  ...more,
});
const noon = { atMinute: 720, hasCase: false };
const idAt = (scenes: Scene[], nowMs: number, at = noon) => sceneAt({ scenes }, nowMs, at)?.scene.sceneId;

describe('the scene of a moment', () => {
  it('knows how often the whole story was told before', () => {
    const scenes = [scene('one', 10), scene('two', 20)];
    expect([0, 29_999, 30_000, 95_000].map((atMs) => sceneAt({ scenes }, atMs, noon)?.round)).toEqual([
      0, 0, 1, 3,
    ]);
  });

  it('follows the order and the lengths, round after round', () => {
    const scenes = [scene('one', 10), scene('two', 20)];
    expect([0, 9_999, 10_000, 29_999, 30_000].map((atMs) => idAt(scenes, atMs))).toEqual([
      'one',
      'one',
      'two',
      'two',
      'one',
    ]);
  });

  it('leaves out what is hidden and what is not of this hour, also over midnight', () => {
    const scenes = [
      scene('hidden', 10, { isShown: false }),
      scene('morning', 10, { hours: { fromMinute: 480, untilMinute: 720 } }),
      scene('night', 10, { hours: { fromMinute: 1_320, untilMinute: 360 } }),
    ];
    expect(idAt(scenes, 0, { ...noon, atMinute: 719 })).toBe('morning');
    expect(idAt(scenes, 0, { ...noon, atMinute: 720 })).toBeUndefined();
    expect(idAt(scenes, 0, { ...noon, atMinute: 1_330 })).toBe('night');
    expect(idAt(scenes, 0, { ...noon, atMinute: 359 })).toBe('night');
  });

  it('is the call while a case is released, and never otherwise', () => {
    const scenes = [scene('one', 10), scene('call', 10, { kind: 'call' })];
    expect(idAt(scenes, 12_000, { ...noon, hasCase: true })).toBe('call');
    for (let atMs = 0; atMs < 20_000; atMs += 500) expect(idAt(scenes, atMs)).toBe('one');
    const hidden = [scene('one', 10), scene('call', 10, { kind: 'call', isShown: false })];
    expect(idAt(hidden, 0, { ...noon, hasCase: true })).toBe('one');
  });

  it('always contains the moment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 5, max: 300 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (lengths, nowMs) => {
          const scenes = lengths.map((length, index) => scene(String(index), length));
          const found = sceneAt({ scenes }, nowMs, noon);
          expect(found?.startedAtMs).toBeLessThanOrEqual(nowMs);
          expect(found?.endsAtMs).toBeGreaterThan(nowMs);
        },
      ),
    );
  });
});

describe('a programme', () => {
  it('of a hall that edited none is sound', () => {
    expect(programmeSchema.parse(defaultProgramme)).toEqual(defaultProgramme);
  });

  it.each([
    ['two scenes of one id', { scenes: [scene('a', 10), scene('a', 10)] }],
    ['no scene', { scenes: [] }],
    ['a scene of no length', { scenes: [scene('a', 0)] }],
    ['a length that is no whole number', { scenes: [scene('a', 7.5)] }],
    ['a scene of a kind that there is not', { scenes: [{ ...scene('a', 10), kind: 'video' }] }],
    ['an id that is a path', { scenes: [scene('../a', 10)] }],
    ['hours beyond the day', { scenes: [scene('a', 10, { hours: { fromMinute: 0, untilMinute: 1_441 } })] }],
    [
      'words that turn the writing round',
      { scenes: [scene('a', 10, { words: { 'zh-CN': { title: '\u202eabc' }, en: {} } })] },
    ],
    [
      'words with a control character',
      { scenes: [scene('a', 10, { words: { 'zh-CN': {}, en: { caption: 'a\u0007b' } } })] },
    ],
    [
      'a title that fills the screen',
      { scenes: [scene('a', 10, { words: { 'zh-CN': { title: '菜'.repeat(25) }, en: {} } })] },
    ],
    [
      'an English title that fills the screen',
      { scenes: [scene('a', 10, { words: { 'zh-CN': {}, en: { title: 'a'.repeat(61) } } })] },
    ],
    ['alerts that are shown at once', { alertDelaySeconds: 0 }],
    ['a theme that there is not', { theme: 'pink' }],
  ])('is refused with %s', (_what, values) => {
    expect(programmeSchema.safeParse({ ...defaultProgramme, ...values }).success).toBe(false);
  });

  it('takes an English title that says what 24 Chinese characters say', () => {
    const words = { 'zh-CN': { title: '菜'.repeat(24) }, en: { title: 'a'.repeat(60) } };
    const read = programmeSchema.safeParse({ ...defaultProgramme, scenes: [scene('a', 10, { words })] });
    expect(read.success).toBe(true);
  });
});
