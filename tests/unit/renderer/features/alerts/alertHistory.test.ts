import { describe, expect, it } from 'vitest';
import { createAlertHistory } from '../../../../../src-renderer/features/alerts/alertHistory.ts';
import {
  csvAddress,
  emptyForm,
  filterOf,
  parseMoment,
  type HistoryForm,
} from '../../../../../src-renderer/features/alerts/historyQuery.ts';
import { axisEnd, timeBuckets } from '../../../../../src-renderer/features/alerts/hourBuckets.ts';
import type { InputOf, OutputOf } from '../../../../../src-shared/protocol/index.ts';
import { refuse, type Ack } from '../../../../../src-shared/protocol/define.ts';
import { alertOf } from './alertBuilders.ts';

const hourMs = 3_600_000;
const nowMs = new Date(2026, 10, 23, 12, 30).getTime();
const noCameras = () => ({ cameraIds: [], total: 0 });
const filter = (change: Partial<HistoryForm>, find = noCameras as Parameters<typeof filterOf>[2]) =>
  filterOf({ ...emptyForm, ...change }, nowMs, find);

describe('what history is searched for', () => {
  it('is the last day when nothing else is said', () => {
    expect(filter({})).toEqual({ ok: true, filter: { fromMs: nowMs - 24 * hourMs } });
    const today = new Date(2026, 10, 23).getTime();
    expect(filter({ span: 'today' })).toEqual({ ok: true, filter: { fromMs: today } });
  });

  it('is a span of one’s own, open at either end', () => {
    const fromMs = new Date(2026, 10, 20, 8, 0).getTime();
    expect(filter({ span: 'own', from: '2026-11-20 08:00' })).toEqual({ ok: true, filter: { fromMs } });
    expect(filter({ span: 'own' })).toEqual({ ok: true, filter: {} });
  });

  it.each([
    ['2026-02-30', undefined],
    ['2026-1-31', new Date(2026, 0, 31).getTime()],
    ['2026/1/31 8:05', new Date(2026, 0, 31, 8, 5).getTime()],
    ['2026年1月31日', new Date(2026, 0, 31).getTime()],
    ['2026-01-31 24:00', undefined],
    ['2026-01-31 10:60', undefined],
    ['yesterday', undefined],
  ])('reads the moment %s', (text, moment) => {
    expect(parseMoment(text)).toBe(moment);
  });

  it('says which end of a span is wrong', () => {
    expect(filter({ span: 'own', from: 'x' })).toEqual({ ok: false, problem: 'bad_from' });
    expect(filter({ span: 'own', from: '2026-11-20', to: '2026-11-19' })).toEqual({
      ok: false,
      problem: 'bad_to',
    });
  });

  it('is the cameras that words name; words that name none find nothing instead of everything', () => {
    const find = () => ({ cameraIds: ['camera-1'], total: 1 });
    expect(filter({ words: '泉韵' }, find)).toMatchObject({ filter: { cameraIds: ['camera-1'] } });
    expect(filter({ words: '泉韵' })).toEqual({ ok: false, problem: 'no_such_camera' });
    const many = () => ({ cameraIds: ['camera-1'], total: 201 });
    expect(filter({ words: '食堂' }, many)).toEqual({ ok: false, problem: 'too_many_cameras' });
  });

  it('is exported with the same filter', () => {
    const address = csvAddress(
      { fromMs: 5, classes: [1, 2], kindIds: ['rat'], districts: ['咸安区'] },
      'en',
      'utf-8',
    );
    const query = new URL(address, 'http://hub').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      fromMs: '5',
      kinds: 'rat',
      classes: '1,2',
      districts: '咸安区',
      language: 'en',
      encoding: 'utf-8',
    });
  });
});

type Page = OutputOf<'alerts:search'>;

/** A history whose hub answers these pages, one after the other. */
function history(...pages: Ack<Page>[]) {
  const asked: InputOf<'alerts:search'>[] = [];
  const saved: string[] = [];
  const fetched: (RequestInit | undefined)[] = [];
  const made = createAlertHistory({
    search(input) {
      asked.push(input);
      return Promise.resolve(
        pages.shift() ?? refuse('unavailable', 'no more pages', { reason: 'session.failed' }),
      );
    },
    readStatistics: () => Promise.resolve({ ok: true, data: { perHour: [], perKind: [], perCamera: [] } }),
    findCameras: noCameras,
    fetch(_address, init) {
      fetched.push(init);
      return Promise.resolve(new Response('csv'));
    },
    saveFile: (_blob, fileName) => void saved.push(fileName),
    nowMs: () => nowMs + 0.25,
  });
  return { history: made, asked, saved, fetched, state: () => made.store.getState() };
}
const page = (alertId: string, next?: string): Ack<Page> => ({
  ok: true,
  data: { alerts: [alertOf(alertId)], total: 3, ...(next === undefined ? {} : { next }) },
});

describe('the history of alerts', () => {
  it('turns pages forth and back by where they begin', async () => {
    const { history: past, asked, state } = history(page('a', '2nd'), page('b', '3rd'), page('c'), page('b'));
    await past.search();
    await past.turnPage(1);
    await past.turnPage(1);
    await past.turnPage(1);
    await past.turnPage(-1);
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, '2nd', '3rd', '2nd']);
    expect(state().result?.page.alerts[0]?.alertId).toBe('b');
  });

  it('asks for whole milliseconds, whatever the clock says', async () => {
    const { history: past, asked } = history(page('a'));
    await past.search();
    expect(Number.isInteger(asked[0]?.filter.fromMs)).toBe(true);
  });

  it('says what is wrong with the form without asking the hub', async () => {
    const { history: past, asked, state } = history();
    await past.search({ words: '没有' });
    expect(state().problem).toBe('no_such_camera');
    expect(asked).toEqual([]);
  });

  it('says the hub’s own sentence', async () => {
    const { history: past, state } = history(
      refuse('unavailable', 'The hub is not connected.', { reason: 'session.not_connected' }),
    );
    await past.search();
    expect(state().problem).toEqual({
      message: 'The hub is not connected.',
      reason: 'session.not_connected',
    });
    expect(state().searching).toBe(false);
  });

  it('exports what was found', async () => {
    const { history: past, saved, fetched } = history(page('a'));
    await past.exportCsv('zh-CN', 'utf-8');
    expect(saved).toEqual([]);
    await past.search();
    await past.exportCsv('zh-CN', 'utf-8');
    expect(saved).toEqual(['alerts.csv']);
    expect(fetched).toHaveLength(1);
  });
});

describe('the chart of alerts over time', () => {
  const midnight = new Date(2026, 10, 23).getTime();

  it('has a bar for every hour, also for those without any', () => {
    const { unit, buckets } = timeBuckets([{ hourMs: midnight + hourMs, counts: [1, 2, 0] }], {
      fromMs: midnight,
      toMs: midnight + 3 * hourMs,
    });
    expect(unit).toBe('hour');
    expect(buckets.map(({ counts }) => counts)).toEqual([
      [0, 0, 0],
      [1, 2, 0],
      [0, 0, 0],
    ]);
  });

  it('counts by day where hours could not be distinguished', () => {
    const day = 24 * hourMs;
    const { unit, buckets } = timeBuckets(
      [
        { hourMs: midnight - 2 * day + hourMs, counts: [1, 0, 0] },
        { hourMs: midnight - 2 * day + 5 * hourMs, counts: [0, 0, 4] },
      ],
      { fromMs: midnight - 30 * day, toMs: midnight },
    );
    expect(unit).toBe('day');
    expect(buckets).toHaveLength(30);
    expect(buckets.at(-2)).toEqual({ startMs: midnight - 2 * day, counts: [1, 0, 4] });
  });

  it.each([
    [0, 1],
    [3, 5],
    [10, 10],
    [11, 20],
    [321, 500],
  ])('ends its axis for %i at %i', (largest, end) => {
    expect(axisEnd(largest)).toBe(end);
  });
});
