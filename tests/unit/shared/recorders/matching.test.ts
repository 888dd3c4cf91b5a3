import { describe, expect, it } from 'vitest';
import {
  comparable,
  likelySites,
  likeness,
  suggestCameras,
} from '../../../../src-shared/recorders/matching.ts';
import { pinyinOf } from '../../../../src-sfu/features/cameras/pinyin.ts';

const spoken = (name: string) => ({ name, pinyin: pinyinOf(name).join(' ') });
const camera = (name: string, siteScore = 1) => ({ camera: { cameraId: name, ...spoken(name) }, siteScore });
const channel = (name: string) => ({ channelId: name, ...spoken(name) });

describe('names of channels', () => {
  it.each([
    ['后厨一号', '后厨1号'],
    ['后厨-01', '后厨1'],
    ['通道 3 粗加工间', '粗加工间3'],
    ['Camera 07', '7'],
    ['切配间', '切配间'],
  ])('%s is as good as %s', (one, other) => {
    const sorted = (name: string): string => [...comparable(name)].sort().join('');
    expect(sorted(one)).toBe(sorted(other));
  });

  it('are alike when they are written otherwise and spoken the same, and not when their numbers differ', () => {
    expect(likeness(spoken('洗消间'), spoken('洗霄间'))).toBeGreaterThan(0.9);
    expect(likeness(spoken('后厨一号'), spoken('后厨二号'))).toBe(0);
    expect(likeness(spoken('灶台'), spoken('备餐间'))).toBeLessThan(0.3);
    expect(likeness(spoken(''), spoken('灶台'))).toBe(0);
  });
});

it('a recorder is looked for at sites of the district that its id names', () => {
  const site = (siteId: string, name: string, district: string) => ({ siteId, district, ...spoken(name) });
  const sites = [
    site('a', '实验小学食堂', '咸安区'),
    site('b', '实验小学食堂', '赤壁市'),
    site('c', '永安大酒店', '咸安区'),
  ];
  const found = (recorderId: string): string[] =>
    likelySites({ recorderId, ...spoken('实验小学') }, sites).map((one) => one.site.siteId);
  expect(found('42120200001180000001')).toEqual(['a']);
  expect(found('42128100001180000001')).toEqual(['b']);
  expect(found('42120000001180000001')).toEqual(['a', 'b']);
});

describe('channels beside cameras', () => {
  it('are certain where one camera fits and no other comes near', () => {
    const suggestions = suggestCameras(
      [channel('后厨1号'), channel('后厨2号'), channel('大门')],
      [camera('后厨一号'), camera('后厨二号'), camera('备餐间')],
    );
    expect(suggestions.map(({ channelId, cameraId, isCertain }) => [channelId, cameraId, isCertain])).toEqual(
      [
        ['后厨1号', '后厨一号', true],
        ['后厨2号', '后厨二号', true],
      ],
    );
  });

  it('are not certain between two that fit, nor at a site that is only perhaps the right one', () => {
    const twins = suggestCameras(
      [channel('灶台')],
      [
        { camera: { cameraId: '1', ...spoken('灶台') }, siteScore: 1 },
        { camera: { cameraId: '2', ...spoken('灶台') }, siteScore: 1 },
      ],
    );
    expect(twins).toMatchObject([{ isCertain: false }]);
    expect(suggestCameras([channel('灶台')], [camera('灶台', 0.5)])).toMatchObject([{ isCertain: false }]);
  });

  it('never share a camera', () => {
    const suggestions = suggestCameras([channel('灶台'), channel('灶台间')], [camera('灶台')]);
    expect(suggestions).toHaveLength(1);
  });
});
