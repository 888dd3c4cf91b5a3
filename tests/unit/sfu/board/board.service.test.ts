import { afterEach, describe, expect, it, vi } from 'vitest';
import { boardCacheMs, createBoardService } from '../../../../src-sfu/features/board/board.service.ts';
import type { BoardQuestion, StoredFigures } from '../../../../src-sfu/features/board/board.repository.ts';
import { dayStarts } from '../../../../src-sfu/features/board/calendar.ts';
import { boardTables } from '../../../../src-sfu/features/board/boardTables.ts';
import type { Finding, SiteRecord } from '../../../../src-shared/findings/findings.protocol.ts';
import { boardOffenders, siteCards } from '../../../../src-sfu/features/board/siteCards.ts';
import { wholeCity, type Scope } from '../../../../src-shared/session/principal.ts';

const group = { created: 0, open: 0, closed: 0, cancelled: 0, steps: [] };
const stored: StoredFigures = {
  open: { total: 0, overdue: 0, byAge: [0, 0, 0, 0, 0], bySquad: [] },
  total: group,
  byDistrict: [],
  byKind: [],
  bySquad: [],
  days: [],
  falseAlarms: { byKind: [], byCamera: [] },
};
const offender: SiteRecord = {
  place: { siteId: 's1', name: '一店', nameEn: 'One', district: '咸安区' },
  count30: 1,
  count90: 3,
  lastAtMs: 7,
  recurring: [],
};
const targetsMs = { acknowledge: 1, accept: 1, arrive: 1, clear: 1, close: 1 };

function stage() {
  let nowMs = Date.UTC(2026, 10, 29, 8);
  const readFigures = vi.fn((_question: BoardQuestion) => Promise.resolve(stored));
  const offenders = vi.fn((_scope: Scope) => Promise.resolve(boardOffenders([offender], 1)));
  const board = createBoardService({
    repository: { readFigures },
    offenders,
    targets: () => ({ generalMs: targetsMs, ofOrders: [{ targetsMs }] }),
    clock: { toShownMs: (ms) => ms, fromShownMs: (ms) => ms },
    nowMs: () => nowMs,
  });
  return { board, readFigures, offenders, pass: (ms: number) => (nowMs += ms) };
}

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('the board', () => {
  it('computes once for all who ask within ten seconds, and for each part of the city apart', async () => {
    const { board, readFigures, pass } = stage();
    const county = { districts: ['咸安区', '嘉鱼县'], squads: [] };
    await Promise.all([board.read('today', wholeCity), board.read('today', wholeCity)]);
    await board.read('today', county);
    await board.read('today', { districts: ['嘉鱼县', '咸安区'], squads: [] });
    expect(readFigures).toHaveBeenCalledTimes(2);
    await board.read('week', wholeCity);
    expect(readFigures).toHaveBeenCalledTimes(3);
    pass(boardCacheMs - 1);
    await board.read('today', wholeCity);
    expect(readFigures).toHaveBeenCalledTimes(3);
    pass(1);
    await board.read('today', wholeCity);
    expect(readFigures).toHaveBeenCalledTimes(4);
  });

  it('lists the repeat offenders of the findings, of the same part of the city', async () => {
    const { board, offenders } = stage();
    const county = { districts: ['咸安区'], squads: [] };
    expect((await board.read('today', county)).offenders).toEqual([
      { siteId: 's1', name: '一店', nameEn: 'One', district: '咸安区', violations: 3, lastAtMs: 7 },
    ]);
    expect(offenders.mock.calls).toEqual([[county]]);
  });

  it('asks again after a failure', async () => {
    const { board, readFigures } = stage();
    readFigures.mockRejectedValueOnce(new Error('locked'));
    await expect(board.read('today', wholeCity)).rejects.toThrow('locked');
    expect((await board.read('today', wholeCity)).total.created).toBe(0);
  });

  it.each([
    ['Asia/Shanghai', '2026-11-28T16:00:00Z', 'today', ['2026-11-28T16:00:00Z']],
    ['Asia/Shanghai', '2026-11-28T15:59:59Z', 'today', ['2026-11-27T16:00:00Z']],
    // A Sunday belongs to the week that began on Monday.
    ['UTC', '2026-11-29T23:00:00Z', 'week', 7],
    ['UTC', '2026-11-30T00:00:00Z', 'week', ['2026-11-30T00:00:00Z']],
    ['UTC', '2026-12-01T00:00:00Z', 'month', ['2026-12-01T00:00:00Z']],
    ['UTC', '2026-10-31T12:00:00Z', 'month', 31],
    // The clocks went back on 25 October: that day has 25 hours.
    ['Europe/Berlin', '2026-10-26T12:00:00Z', 'week', ['2026-10-25T23:00:00Z']],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 'today', ['2026-10-24T22:00:00Z']],
  ] as const)('begins its periods by the calendar of %s at %s (%s)', (timeZone, at, period, expected) => {
    process.env['TZ'] = timeZone;
    const starts = dayStarts(period, Date.parse(at));
    if (typeof expected === 'number') expect(starts).toHaveLength(expected);
    else expect(starts).toEqual(expected.map((one) => Date.parse(one)));
    // Each begins at a local midnight.
    for (const start of starts) expect(new Date(start).getHours()).toBe(0);
  });

  it('leaves a cell empty where nothing was measured, and names what has no name', () => {
    const names = { squad: () => undefined, alertKind: () => undefined, time: () => '2026-11-29 08:00:00' };
    const figures = {
      ...stored,
      offenders: [],
      period: 'today' as const,
      fromMs: 0,
      computedAtMs: 0,
      targetsMs,
      bySquad: [{ ...group, created: 1 }],
    };
    for (const language of ['zh-CN', 'en'] as const) {
      const [groups] = boardTables(figures, language, names);
      const [header, total, squad] = groups!.rows;
      expect(total).toHaveLength(header!.length);
      expect(total!.slice(2, 10)).toEqual([0, 0, 0, 0, 0, '', '', '']);
      expect(squad!.slice(0, 3)).toEqual(language === 'en' ? ['squad', 'none', 1] : ['队伍', '无', 1]);
    }
  });

  it('shows one card for each site of the part of the city, the worst first', () => {
    const finding = (siteId: string, district: string, escalation: number, dueAtMs: number, state = 'open') =>
      ({ state, escalation, dueAtMs, place: { siteId, name: siteId, district } }) as Finding;
    const findings = [
      finding('a', '咸安区', 3, 5),
      finding('a', '咸安区', 4, 9),
      finding('b', '咸安区', 3, 1),
      finding('c', '咸安区', 2, 1),
      finding('d', '咸安区', 4, 1, 'closed'),
      finding('e', '嘉鱼县', 4, 1),
    ];
    const shown = (scope: typeof wholeCity) =>
      siteCards(findings, scope, 3).map(({ siteId, card }) => [siteId, card]);
    expect(shown(wholeCity)).toEqual([
      ['e', 'red'],
      ['a', 'red'],
      ['b', 'yellow'],
    ]);
    expect(shown({ districts: ['咸安区'], squads: [] })).toEqual([
      ['a', 'red'],
      ['b', 'yellow'],
    ]);
  });
});
