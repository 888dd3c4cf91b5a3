import fc from '../../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { pinyinOf } from '../../../../src-sfu/features/cameras/pinyin.ts';
import {
  createCameraSearch,
  type CameraSearchRecord,
  type CameraSearchResult,
} from '../../../../src-shared/cameras/cameraSearch.ts';

function record(
  cameraId: string,
  siteName: string,
  change: Partial<CameraSearchRecord> = {},
): CameraSearchRecord {
  const { cameraName = '灶台' } = change;
  return {
    cameraId,
    cameraName,
    cameraPinyin: pinyinOf(cameraName),
    siteName,
    sitePinyin: pinyinOf(siteName),
    siteType: 'restaurant',
    district: '咸安区',
    address: '',
    ...change,
  };
}

const records = [
  record('c1', '咸宁温泉中学食堂', { siteType: 'school_canteen', address: '咸安区温泉路 1 号' }),
  record('c2', '温泉中学食堂', {
    siteType: 'school_canteen',
    siteNameEn: 'Wenquan Middle School Canteen',
    cameraName: '切配间',
    condition: 'offline',
  }),
  record('c3', '老街面馆', { address: '温泉大道 20 号', district: '赤壁市', condition: 'frozen' }),
  record('c4', 'ＫＦＣ 3号店', { cameraName: 'A区后厨', condition: 'online' }),
  record('c5', '绿源养老院', { siteType: 'care_home', district: '通山县' }),
];
const search = createCameraSearch(records);
const found = (query: string): string[] => search.search(query).hits.map(({ cameraId }) => cameraId);

/** The highlighted parts of a hit, as text. */
function highlighted(result: CameraSearchResult, index = 0): (string | undefined)[] {
  const hit = result.hits[index];
  const record = records.find(({ cameraId }) => cameraId === hit?.cameraId);
  return (hit?.highlights ?? []).map(({ field, start, end }) => record?.[field]?.slice(start, end));
}

describe('what is found', () => {
  test.each([
    ['温泉中学', ['c2', 'c1']],
    ['wqzx', ['c2', 'c1']],
    ['WQZX', ['c2', 'c1']],
    ['wenquanzh', ['c2', 'c1']],
    ['wenquan zhongxue', ['c2', 'c1']],
    ['middle school', ['c2']],
    ['学校食堂', ['c1', 'c2']],
    ['care home', ['c5']],
    ['养老院', ['c5']],
    ['赤壁', ['c3']],
    ['chibi', ['c3']],
    ['离线', ['c2']],
    ['温泉 冻结', ['c3']],
    ['温泉zx', ['c2', 'c1']],
    ['kfc', ['c4']],
    ['ｋｆｃ', ['c4']],
    ['a区', ['c4']],
    ['大道 老街', ['c3']],
    ['温泉 没有的', []],
  ])('%s finds %j', (query, cameraIds) => {
    expect(found(query)).toEqual(cameraIds);
  });

  test('wqzd finds 温泉中队', () => {
    const squads = createCameraSearch([record('s1', '永安中队'), record('s2', '温泉中队')]);
    expect(squads.search('wqzd').hits.map(({ cameraId }) => cameraId)).toEqual(['s2']);
  });

  test('full pinyin is found at the beginning of a syllable only', () => {
    expect(found('mianguan')).toEqual(['c3']);
    expect(found('ianguan')).toEqual([]);
  });

  test('an empty query finds all, in the order of the records', () => {
    expect(found(' ')).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
  });

  test('a name that begins with the word stands before initials, pinyin, a part of a name, and an address', () => {
    const ranked = createCameraSearch([
      record('address', '一号店', { address: 'ab 路' }),
      record('contains', '店 ab'),
      record('pinyin', '阿伯', { sitePinyin: ['abo', 'x'] }),
      record('initials', '安宝', { sitePinyin: ['an', 'bao'] }),
      record('prefix', 'abc 店'),
      record('whole', 'ab'),
    ]);
    expect(ranked.search('ab').hits.map(({ cameraId }) => cameraId)).toEqual([
      'whole',
      'prefix',
      'initials',
      'pinyin',
      'contains',
      'address',
    ]);
  });

  test('a changed condition is found at once, and no longer under the old one', () => {
    const own = createCameraSearch(records);
    own.setCondition('c2', 'online');
    own.setCondition('nobody', 'online');
    expect(own.search('offline').total).toBe(0);
    expect(own.search('online').hits.map(({ cameraId }) => cameraId)).toEqual(['c2', 'c4']);
  });
});

describe('results', () => {
  test('are bounded, and counted in all', () => {
    const many = createCameraSearch(Array.from({ length: 300 }, (_, index) => record(`c${index}`, '面馆')));
    expect(many.search('面').hits).toHaveLength(50);
    expect(many.search('面', 7)).toMatchObject({ total: 300, hits: { length: 7 } });
    expect(many.search('面', 0).hits).toEqual([]);
  });

  test.each([
    ['中学', ['中学']],
    ['wqzx', ['温泉中学']],
    ['wenquanzho', ['温泉中']],
    ['温泉 切配', ['温泉', '切配']],
    ['middle', ['Middle']],
  ])('%s highlights %j in its best hit', (query, parts) => {
    expect(highlighted(search.search(query))).toEqual(parts);
  });
});

describe('any input', () => {
  test('is answered, with highlights inside the names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (query) => {
        const { hits, total } = search.search(query);
        expect(hits.length).toBeLessThanOrEqual(total);
        for (const { cameraId, highlights } of hits) {
          const record = records.find((known) => known.cameraId === cameraId);
          for (const { field, start, end } of highlights) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(record?.[field]?.length ?? 0);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('any part of any name finds its camera', () => {
    const name = fc.stringMatching(/^[一-龥a-zA-Z0-9]{2,12}$/);
    fc.assert(
      fc.property(name, fc.nat(), fc.nat(), (siteName, from, length) => {
        const start = from % siteName.length;
        const part = siteName.slice(start, start + 1 + (length % siteName.length));
        const own = createCameraSearch([record('only', siteName)]);
        expect(own.search(part).total).toBe(1);
        expect(own.search(pinyinOf(siteName).join('')).total).toBe(1);
      }),
    );
  });

  test('a query of a million characters is cut short', () => {
    const startedAt = performance.now();
    search.search('温泉 '.repeat(250_000));
    search.search('a'.repeat(1_000_000));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('pinyin that does not fit its name does no harm', () => {
    const odd = createCameraSearch([
      record('c1', '温泉', { sitePinyin: [] }),
      record('c2', '温', { sitePinyin: ['wen', 'quan', 'zhong'] }),
    ]);
    expect(odd.search('wen').hits.map(({ cameraId }) => cameraId)).toEqual(['c2']);
  });
});
