import fc from '../../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { reportedAlertSchema } from '../../../../src-shared/alerts/alertIntake.ts';
import { tidyReport } from '../../../../src-sfu/features/alerts/reportReader.ts';
import { readReportedTime } from '../../../../src-sfu/features/alerts/reportedTime.ts';

const nowMs = Date.UTC(2026, 10, 23, 0, 0, 0);
/** A hub eight hours ahead of UTC. */
const localTime = (
  ...[year, month, day, hours, minutes, seconds]: [number, number, number, number, number, number]
) => Date.UTC(year, month - 1, day, hours - 8, minutes, seconds);
const core = { externalId: 'a', kind: 'rat', cameraId: 'c', occurredAt: nowMs };

/** What is kept of a report, which must be taken, and the codes of its warnings. */
function kept(decoration: Record<string, unknown>) {
  const { report, warnings } = tidyReport({ ...core, ...decoration }, { nowMs, localTime });
  const {
    externalId: _id,
    kind: _kind,
    cameraId: _camera,
    occurredAt: _time,
    ...rest
  } = reportedAlertSchema.parse(report);
  return { rest, codes: warnings.map(({ code }) => code) };
}
const region = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };

describe('the description of an alert', () => {
  test('that is as it should be is kept as it is', () => {
    const decoration = {
      confidence: 0.93,
      message: '好',
      regions: [{ ...region, label: 'rat' }],
      snapshot: { part: 'p' },
    };
    expect(kept(decoration)).toEqual({ rest: decoration, codes: [] });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['null in every place', { confidence: null, message: null, regions: null, snapshot: null }, {}, []],
    ['a field that nobody knows', { vendor: { model: 1 } }, {}, ['unknown_field']],
    [
      'a confidence that was rounded up',
      { confidence: 1.0000001 },
      { confidence: 1 },
      ['confidence_read_as'],
    ],
    [
      'a confidence that was rounded down',
      { confidence: -0.0000005 },
      { confidence: 0 },
      ['confidence_read_as'],
    ],
    ['a confidence in percent', { confidence: 87 }, { confidence: 0.87 }, ['confidence_read_as']],
    ['a confidence as text', { confidence: '0.5' }, { confidence: 0.5 }, ['confidence_read_as']],
    ['a confidence as text in percent', { confidence: '93%' }, { confidence: 0.93 }, ['confidence_read_as']],
    ['a confidence that is none', { confidence: 'high' }, {}, ['confidence_left_out']],
    ['a confidence beyond all', { confidence: 870 }, {}, ['confidence_left_out']],
    [
      'a message that is too long',
      { message: 'x'.repeat(501) },
      { message: 'x'.repeat(500) },
      ['message_clipped'],
    ],
    [
      'a message cut in a pair',
      { message: 'x'.repeat(499) + '𠮷' },
      { message: 'x'.repeat(499) },
      ['message_clipped'],
    ],
    ['a message that is a number', { message: 17 }, { message: '17' }, ['read_as_text']],
    ['a message that is a list', { message: ['a'] }, {}, ['message_left_out']],
    [
      'too many regions',
      { regions: Array(21).fill(region) },
      { regions: Array(20).fill(region) },
      ['regions_left_out'],
    ],
    ['a region alone', { regions: region }, { regions: [region] }, []],
    [
      'a region in pixels',
      { regions: [{ x: 100, y: 5, width: 30, height: 9 }, region] },
      { regions: [region] },
      ['regions_left_out'],
    ],
    ['a region with more to it', { regions: [{ ...region, score: 1 }] }, { regions: [region] }, []],
    [
      'a region as text',
      { regions: [{ x: '0.1', y: '0.2', width: '0.3', height: '0.4' }] },
      { regions: [region] },
      ['regions_clipped'],
    ],
    ['regions that are none', { regions: 'none' }, { regions: [] }, ['regions_left_out']],
    ['a picture without its bytes', { snapshot: { url: 'http://x' } }, {}, ['snapshot_missing']],
    ['a picture as text', { snapshot: 'AAAA' }, { snapshot: { base64: 'AAAA' } }, ['snapshot_read_as']],
    [
      'a time of the picture in microseconds',
      { snapshot: { part: 'p', takenAt: nowMs * 1000 } },
      { snapshot: { part: 'p', takenAt: nowMs } },
      ['time_assumed'],
    ],
    [
      'a time of the picture in seconds',
      { snapshot: { part: 'p', takenAt: nowMs / 1000 } },
      { snapshot: { part: 'p', takenAt: nowMs } },
      ['time_assumed'],
    ],
    [
      'a time of the picture in the future',
      { snapshot: { part: 'p', takenAt: nowMs + 3_600_000 } },
      { snapshot: { part: 'p' } },
      ['snapshot_time_left_out'],
    ],
    [
      'a time of the picture long ago',
      { snapshot: { part: 'p', takenAt: 0 } },
      { snapshot: { part: 'p' } },
      ['snapshot_time_left_out'],
    ],
    [
      'a time of the picture that is none',
      { snapshot: { part: 'p', takenAt: 'noon' } },
      { snapshot: { part: 'p' } },
      ['snapshot_time_left_out'],
    ],
  ])('%s does not cost the alert', (_what, sent, rest, codes) => {
    expect(kept(sent)).toEqual({ rest, codes });
  });

  test('regions over the edge of the picture are cut to it', () => {
    const { rest, codes } = kept({
      regions: [
        { x: -0.0000005, y: 0, width: 1.0000001, height: 0.5 },
        { x: 0.9, y: -0.2, width: 0.05, height: 0.4 },
      ],
    });
    expect(codes).toEqual(['regions_clipped']);
    expect(rest.regions?.[0]).toEqual({ x: 0, y: 0, width: expect.closeTo(1, 5), height: 0.5 });
    expect(rest.regions?.[1]).toEqual({ x: 0.9, y: 0, width: 0.05, height: expect.closeTo(0.2, 9) });
  });

  test('never keeps an alert from being ingested, whatever it holds', () => {
    const anything = fc.anything({ withSparseArray: false });
    const decoration = fc.record(
      {
        confidence: fc.oneof(anything, fc.double(), fc.string()),
        message: fc.oneof(anything, fc.string({ unit: 'binary', maxLength: 900 })),
        regions: fc.oneof(
          anything,
          fc.array(
            fc.record({
              x: fc.double(),
              y: fc.double(),
              width: fc.double(),
              height: fc.double(),
              label: anything,
            }),
            { maxLength: 30 },
          ),
        ),
        snapshot: fc.oneof(
          anything,
          fc.record({ base64: anything, part: fc.constant('p'), takenAt: anything }),
        ),
        extra: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(decoration, (one) => {
        const { report, warnings } = tidyReport({ ...one, ...core }, { nowMs, localTime });
        expect(reportedAlertSchema.safeParse(report).success).toBe(true);
        expect(JSON.stringify(warnings).isWellFormed()).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('what an alert is about', () => {
  test('is named with all its problems at once when it is missing', () => {
    const { report } = tidyReport({ kind: null, message: 'x' }, { nowMs, localTime });
    const parsed = reportedAlertSchema.safeParse(report);
    expect(parsed.error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
      'cameraId',
      'externalId',
      'kind',
      'occurredAt',
    ]);
  });

  test('may be a number, or stand between spaces', () => {
    const { report, warnings } = tidyReport(
      { ...core, externalId: 17, cameraId: ' c\n' },
      { nowMs, localTime },
    );
    expect(report).toMatchObject({ externalId: '17', cameraId: 'c' });
    expect(warnings.map(({ code }) => code)).toEqual(['read_as_text', 'trimmed']);
  });
});

describe('a time', () => {
  const ms = Date.UTC(2026, 10, 23, 0, 0, 0);
  test.each<[unknown, number, boolean]>([
    ['2026-11-23T08:00:00+08:00', ms, false],
    ['2026-11-23T00:00:00.123456Z', ms + 123, false],
    [ms, ms, false],
    [ms / 1000, ms, true],
    [ms / 1000 + 0.5, ms + 500, true],
    [ms * 1000, ms, true],
    [String(ms), ms, true],
    [String(ms / 1000), ms, true],
    ['2026-11-23 08:00:00', ms, true],
    ['2026-11-23T08:00:00', ms, true],
    ['2026/11/23 8:00', ms, true],
    ['2026年11月23日 08时00分00秒', ms, true],
    ['2026-11-23 08:00:00,250', ms + 250, true],
    ['2026-11-23T08:00:00+0800', ms, true],
    ['2026-11-23T08:00:00+08:00[Asia/Shanghai]', ms, true],
    ['20261123080000', ms, true],
    [20261123080000, ms, true],
    ['20261123080000123', ms + 123, true],
    ['20261123T000000Z', ms, true],
    ['Mon, 23 Nov 2026 00:00:00 GMT', ms, true],
  ])('written as %j is read', (value, expected, isAssumed) => {
    expect(readReportedTime(value, localTime)).toEqual({ ms: expected, isAssumed });
  });

  test.each([
    ['yesterday'],
    [''],
    ['2026-02-30T00:00:00Z'],
    ['2026-11-23T25:00:00Z'],
    [-1],
    [Number.NaN],
    [null],
    [{}],
    [true],
    ['2026-11-23'],
  ])('written as %j is none', (value) => {
    expect(readReportedTime(value, localTime)).toBeUndefined();
  });

  test('in every unit is the same moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }), (seconds) => {
        for (const value of [seconds, seconds * 1e3, seconds * 1e6]) {
          for (const written of [value, String(value)]) {
            const text = String(written);
            // Read as a date of the calendar before anything else.
            if (/^(19|20)\d{12}/.test(text) && readReportedTime(text, localTime)?.ms !== seconds * 1e3)
              continue;
            expect(readReportedTime(written, localTime)?.ms).toBe(seconds * 1e3);
          }
        }
      }),
    );
  });
});
