import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DecodeMeasurement } from '../../../../src-shared/wall/decodeMeasurement.ts';
import { WallCity } from './wallCity.ts';

/** All frames of 16 tiles shown, unless the test says otherwise. */
function measurement(changes: Partial<DecodeMeasurement> = {}): DecodeMeasurement {
  return {
    tilesShown: 16,
    framesExpected: 240,
    framesPresented: 240,
    framesDropped: 0,
    framesLate: 0,
    decodeMs: 5,
    ...changes,
  };
}
const dropping = measurement({ framesDropped: 60, framesPresented: 180 });

describe('the surfaces that show a screen', () => {
  let city: WallCity;
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = await new WallCity().start();
  });
  afterEach(async () => {
    await city.wall.close();
    expect(city.faults).toEqual([]);
    vi.useRealTimers();
  });

  const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx, stripPx: 24 });
  const streams = () => [...new Set(city.wall.snapshot('main').tiles.map(({ stream }) => stream))];
  const measure = async (connectionId: string, values: DecodeMeasurement, times = 1): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      city.wall.reportPlayback(connectionId, values);
      await city.pass(1_000);
    }
  };
  const quality = () => city.wall.snapshot('main').quality;

  it('decide by the largest of them which stream a tile gets', async () => {
    await city.startTour('16');
    expect(streams()).toEqual(['sub']);
    city.openScreen('hall', 'main');
    city.wall.reportDisplay('hall', size(3840, 2160));
    city.wall.reportDisplay('screen', size(1280, 720));
    await city.pass(100);
    expect(streams()).toEqual(['main']);
    expect(city.wall.snapshot('main').display).toEqual({ open: 2, widthPx: 3840, heightPx: 2160 });
    expect(
      city
        .noticesOf('main')
        .at(-1)
        ?.upcoming.every(({ stream }) => stream === 'main'),
    ).toBe(true);
    expect(city.warmed.get('main')?.every(({ stream }) => stream === 'main')).toBe(true);
    city.wall.surfaceLeft('hall');
    await city.pass(100);
    expect(streams()).toEqual(['sub']);
    expect(city.wall.snapshot('main').display).toEqual({ open: 1, widthPx: 1280, heightPx: 720 });
  });

  it('are counted per screen, also when a surface changes its screen', async () => {
    city.wall.reportDisplay('screen', size(3840, 2160));
    city.openScreen('screen', 'left');
    await city.pass(100);
    expect(city.wall.snapshot('main').display).toBeUndefined();
    city.wall.reportDisplay('screen', size(3840, 2160));
    expect(city.wall.snapshot('left').display).toEqual({ open: 1, widthPx: 3840, heightPx: 2160 });
  });

  it('say to desks that a page was replaced, when, why and how often', async () => {
    const display = size(1920, 1080);
    city.wall.reportDisplay('screen', display);
    await city.pass(200);
    expect(city.wall.snapshot('main').replaced).toBeUndefined();
    city.notices.splice(0);
    city.wall.reportDisplay('screen', { ...display, replaced: 'hung' });
    await city.pass(200);
    expect(city.notices.map(({ audience }) => audience)).toEqual(['desks']);
    city.wall.surfaceLeft('screen');
    city.openScreen('screen', 'main');
    city.wall.reportDisplay('screen', { ...display, replaced: 'crashed' });
    city.wall.reportDisplay('screen', display);
    const { replaced } = city.wall.snapshot('main');
    expect(replaced).toMatchObject({ cause: 'crashed', count: 2 });
    expect(city.wall.snapshot('left').replaced).toBeUndefined();
  });

  it('are of interest to desks only while the pictures stay the same', async () => {
    await city.pass(200);
    city.notices.splice(0);
    city.openScreen('another', 'main');
    city.wall.reportDisplay('another', size(1920, 1080));
    await city.pass(200);
    expect(city.notices.map(({ audience }) => audience)).toEqual(['desks']);
  });

  it('keep a tour’s next streams running; nobody looking, none run and the tour goes on', async () => {
    await city.startTour();
    await city.pass(500);
    expect(city.warmed.get('main')).toHaveLength(4);
    city.wall.surfaceLeft('screen');
    await city.pass(100);
    expect(city.warmed.get('main')).toEqual([]);
    const page = city.wall.snapshot('main').tour?.page ?? 0;
    await city.pass(5_000);
    expect(city.wall.snapshot('main').tour?.page).toBe(page + 1);
    expect(city.warmed.get('main')).toEqual([]);
    city.openDesk('desk');
    await city.pass(100);
    expect(city.warmed.get('main')).toEqual(city.wall.snapshot('main').upcoming);
    city.wall.surfaceLeft('desk');
    await city.pass(100);
    expect(city.warmed.get('main')).toEqual([]);
  });

  it('are degraded when they cannot keep up, step by step, and say since when and why', async () => {
    await city.startTour('16');
    city.notices.splice(0);
    await measure('screen', dropping, 8);
    const notified = quality();
    expect(notified).toMatchObject({ name: 'halfRate', cause: 'dropped', value: 0.25, limit: 0.05 });
    expect(city.wall.snapshot('main').tiles.filter(({ live }) => live)).toHaveLength(8);
    await measure('screen', dropping, 20);
    expect(quality()?.name).toBe('fewestTiles');
    expect(city.wall.snapshot('main').tiles.filter(({ live }) => live)).toHaveLength(2);
    await measure('screen', measurement(), 200);
    expect(quality()).toBeUndefined();
    expect(city.wall.snapshot('main').tiles.every(({ live }) => live)).toBe(true);
  });

  it('lose their main streams first where they have some', async () => {
    await city.startTour('4');
    expect(streams()).toEqual(['main']);
    const levels = new Set<string>();
    for (let second = 0; second < 30; second += 1) {
      await measure('screen', dropping);
      levels.add(quality()?.name ?? 'full');
    }
    expect([...levels]).toEqual(['full', 'fewerMains', 'subOnly', 'halfRate', 'fewerTiles']);
  });

  it('are judged by the worst of them', async () => {
    city.openScreen('weak', 'main');
    for (let second = 0; second < 8; second += 1) {
      city.wall.reportPlayback('screen', measurement());
      await city.pass(500);
      city.wall.reportPlayback('weak', dropping);
      await city.pass(500);
    }
    expect(quality()?.name).toBe('halfRate');
  });

  it('that stop reporting do not delay the decision for the others', async () => {
    city.openScreen('silent', 'main');
    await measure('silent', measurement(), 2);
    await measure('screen', dropping, 12);
    expect(quality()).toBeDefined();
  });

  it('are heard at most twice a second', async () => {
    await city.pass(4_000);
    for (let report = 0; report < 500; report += 1) city.wall.reportPlayback('screen', dropping);
    expect(quality()).toBeUndefined();
  });

  it('cause no notice when nothing changed', async () => {
    await city.pass(200);
    city.notices.splice(0);
    await measure('screen', measurement(), 5);
    expect(city.notices).toEqual([]);
  });

  it('stay degraded when the same screen is opened again, and get it back in time', async () => {
    await measure('screen', dropping, 8);
    city.wall.surfaceLeft('screen');
    city.openScreen('again', 'main');
    expect(quality()?.name).toBe('halfRate');
    await measure('again', measurement(), 60);
    expect(quality()).toBeUndefined();
  });

  it('are the only ones that may report measurements', () => {
    city.openDesk('desk');
    expect(city.wall.reportDisplay('desk', size(1920, 1080))).toMatchObject({ ok: false, code: 'forbidden' });
    expect(city.wall.reportPlayback('nobody', dropping)).toMatchObject({ ok: false, code: 'forbidden' });
  });
});
