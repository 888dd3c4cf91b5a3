import i18next from 'i18next';
import { wholeCity } from '../../../../../src-shared/session/principal.ts';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSessionStore, takeLinkState } from '../../../../../src-renderer/app/shared/sessionStore.ts';
import { joinFeatures } from '../../../../../src-renderer/app/shared/surfaceFeature.ts';
import type { SurfaceShell } from '../../../../../src-renderer/app/shared/startSurface.tsx';
import {
  routeWallNotices,
  type AnyWallFeature,
  type WallFeature,
} from '../../../../../src-renderer/app/wall/wallFeature.ts';
import { createWallFeatures } from '../../../../../src-renderer/app/wall/wallFeatures.ts';
import { createWallParts } from '../../../../../src-renderer/app/wall/wallParts.ts';
import { WallSurface } from '../../../../../src-renderer/app/wall/WallSurface.tsx';
import type { LinkState } from '../../../../../src-renderer/server/hubLink.ts';
import { startLocale } from '../../../../../src-renderer/ui/locale.ts';
import {
  notices,
  type HandshakeRefusal,
  type NoticeName,
  type NoticesFor,
  type Snapshot,
} from '../../../../../src-shared/protocol/index.ts';
import { receives as mayReceive } from '../../../../../src-shared/session/audience.ts';
import type { Role } from '../../../../../src-shared/session/roles.ts';

/** What the stand-in of the receiver was asked. */
const receiver = vi.hoisted(() => ({ calls: [] as string[] }));
vi.mock('../../../../../src-renderer/media/receiver.ts', () => ({
  Receiver: class {
    reports = () => [];
    snapshotArrived = (_workers: unknown, isNew: boolean) => receiver.calls.push(`snapshot ${isNew}`);
    connectionLost = () => receiver.calls.push('lost');
    workerReplaced = () => receiver.calls.push('workerReplaced');
  },
}));
vi.mock('../../../../../src-renderer/features/map/MapPanel.tsx', () => ({ MapPanel: () => 'The map' }));
vi.mock('../../../../../src-renderer/features/wall/WallGrid.tsx', () => ({ WallGrid: () => 'The tiles' }));
vi.mock('../../../../../src-renderer/app/wall/screen/screenReporter.ts', () => ({
  ScreenReporter: class {
    connected = () => receiver.calls.push('reported');
  },
}));

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

beforeAll(async () => {
  vi.useFakeTimers();
  const page = Object.assign(new EventTarget(), {
    location: { href: 'http://127.0.0.1/wall.html', pathname: '/wall.html', search: '' },
    history: { replaceState: () => undefined },
    localStorage: storage,
    sessionStorage: storage,
  });
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { documentElement: {}, hidden: false }));
  await startLocale('en');
  await i18next.changeLanguage('en');
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const tile = { tileId: 'a1', column: 1, row: 1, camera: { cameraId: 'c1' }, stream: 'sub', live: true };
const screen = (more: object = {}) => ({
  screenId: 'main',
  revision: 1,
  columns: 1,
  rows: 1,
  tiles: [tile],
  counts: { sites: 1, cameras: 1 },
  scheduled: false,
  content: 'tiles',
  ...more,
});

/** A screen that has joined and shows `wall`. */
function wallOf(wall: object, more: readonly AnyWallFeature[] = []) {
  const requests: string[] = [];
  const session = createSessionStore('en', 0);
  session.setState({ everJoined: true });
  session.getInitialState = session.getState;
  const request = (name: string) => {
    requests.push(name);
    return Promise.resolve({ ok: false, code: 'unavailable', message: '' });
  };
  const shell = { session, clock: { nowMs: () => 0 }, link: { request } } as unknown as SurfaceShell;
  const parts = createWallParts(shell);
  const list = createWallFeatures(parts);
  const features = [...list, ...more];
  const joined = joinFeatures(features, routeWallNotices(list));
  const snapshot = { workers: [], wall } as unknown as Snapshot;
  joined.onSnapshot({ snapshot, newConnection: true, takenAtMs: 0 });
  for (const store of [parts.wallStore, parts.marks, parts.squads]) {
    (store as { getInitialState: unknown }).getInitialState = store.getState;
  }
  const draw = (): string =>
    renderToStaticMarkup(<WallSurface session={session} wallStore={parts.wallStore} features={features} />);
  return { session, parts, joined, requests, draw };
}

describe('a screen of the wall', () => {
  it('draws its tiles, and neither tiles nor map where no camera is to be shown', () => {
    expect(wallOf(screen()).draw()).toContain('The tiles');
    const empty = wallOf(screen({ tiles: [] })).draw();
    expect(empty).not.toContain('The tiles');
    expect(empty).toContain(i18next.t('notice.idleTitle'));
  });

  it('reads the sites of the map only while it shows the map', () => {
    expect(wallOf(screen()).requests).not.toContain('map:readSites');
    const { joined, requests, draw } = wallOf(screen({ content: 'map', tiles: [] }));
    expect(requests).toContain('map:readSites');
    requests.length = 0;
    joined.onNotice({ name: 'map:sitesChanged', payload: { revision: 2 } });
    expect(requests).toEqual(['map:readSites']);
    expect(draw()).not.toContain('The tiles');
  });

  it('gives snapshots, notices and the loss of the connection to its features', () => {
    receiver.calls = [];
    const { parts, joined } = wallOf(screen());
    joined.onNotice({ name: 'wall:screenChanged', payload: { wall: screen({ revision: 2 }) as never } });
    joined.onNotice({ name: 'media:workerReplaced', payload: { workerId: 'w1', workers: [] } as never });
    joined.onLost();
    expect(parts.wallStore.getState().wall?.revision).toBe(2);
    expect(receiver.calls).toEqual(['snapshot true', 'reported', 'workerReplaced', 'lost']);
  });

  it('draws the panels of a feature that is added to the list', () => {
    const board: WallFeature = {
      panels: {
        bar: () => <i>On the bar</i>,
        over: () => <b>Over all</b>,
        content: { reads: [], isShown: () => false, Panel: () => 'Never' },
      },
    };
    const page = wallOf(screen(), [board]).draw();
    expect(page).toContain('<i>On the bar</i>');
    expect(page).toContain('<b>Over all</b>');
    expect(page).not.toContain('Never');
  });

  it('drops everything when its pairing is ended, also while the hub is away after that, until it is let in again', () => {
    const board: WallFeature = {
      panels: {
        bar: () => <i>On the bar</i>,
        over: () => <b>Over all</b>,
        content: { reads: [], isShown: () => false, Panel: () => 'Never' },
      },
    };
    const { session, draw } = wallOf(screen(), [board]);
    const shown = ['The tiles', '<i>On the bar</i>', '<b>Over all</b>', i18next.t('bar.cameras')];
    const seen = (): string[] => {
      session.getInitialState = session.getState;
      const page = draw();
      return shown.filter((part) => page.includes(part));
    };
    for (const state of ['lost', 'connecting'] as const) {
      expect(takeLinkState(session, { state, sinceMs: 1 }, 1)).toBe(true);
      expect(seen()).toEqual(shown);
    }
    const refused = (code: HandshakeRefusal['code']): LinkState => ({
      state: 'refused',
      refusal: { code, message: '', hubProtocolVersion: 1 },
    });
    for (const code of ['hub_full', 'too_slow', 'too_busy'] as const) {
      expect(takeLinkState(session, refused(code), 2)).toBe(true);
      expect(seen()).toEqual(shown);
    }
    expect(takeLinkState(session, refused('access_denied'), 3)).toBe(true);
    expect(seen()).toEqual([]);
    expect(draw()).toContain(i18next.t('notice.deniedText'));
    expect(draw()).toContain('/sign-in.html?pair=wall');
    for (const state of ['lost', 'connecting'] as const) {
      expect(takeLinkState(session, { state, sinceMs: 4 }, 4)).toBe(false);
      expect(seen()).toEqual([]);
    }
    session.setState({ everJoined: true });
    takeLinkState(session, { state: 'joined' }, 5);
    expect(seen()).toEqual(shown);
  });

  it('needs to take only what its role may receive', () => {
    const received: NoticesFor<'screen'>[] = ['alerts:marksChanged', 'wall:screenChanged'];
    // @ts-expect-error A screen knows no details of alerts.
    received.push('alerts:arrived');
    // @ts-expect-error Only those who manage squads receive the list of recorders.
    received.push('whip:devicesChanged');
    const atDesk: NoticesFor<'duty_officer'>[] = ['alerts:arrived', 'squads:positionsChanged'];
    // @ts-expect-error A desk has the details of alerts in place of the marks.
    atDesk.push('alerts:marksChanged');
    const receives = (role: Role, name: NoticeName) =>
      mayReceive(
        notices[name].audience,
        { kind: 'person', accountId: 'main', scope: wholeCity, role, screenId: 'main' },
        { screenId: 'main' },
      );
    expect(received.map((name) => receives('screen', name))).toEqual([true, true, false, false]);
    expect(atDesk.map((name) => receives('duty_officer', name))).toEqual([true, true, false]);
  });

  it('does not compile where nobody takes a notice', () => {
    const takesOne: WallFeature<'wall:screenChanged'> = {
      takeNotice: { 'wall:screenChanged': () => undefined },
    };
    // @ts-expect-error Most notices are taken by nobody here.
    expect(() => routeWallNotices([takesOne] as const)).not.toThrow();
  });
});
