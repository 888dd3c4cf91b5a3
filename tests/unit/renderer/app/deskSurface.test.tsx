import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDeskFeatures } from '../../../../src-renderer/app/desk/deskFeatures.ts';
import { createDeskParts } from '../../../../src-renderer/app/desk/deskParts.ts';
import type { AnyDeskFeature } from '../../../../src-renderer/app/desk/deskFeature.ts';
import { DeskSurface } from '../../../../src-renderer/app/desk/DeskSurface.tsx';
import { viewsOf } from '../../../../src-renderer/app/desk/deskViews.ts';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import type { SurfaceShell } from '../../../../src-renderer/app/shared/startSurface.tsx';
import { capabilities } from '../../../../src-shared/session/roles.ts';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';

vi.mock('../../../../src-renderer/media/receiver.ts', () => ({
  Receiver: class {
    reports = () => [];
  },
}));
vi.mock('../../../../src-renderer/media/dutyMedia.ts', () => ({ DutyMedia: class {} }));
vi.mock('../../../../src-renderer/features/map/MapPanel.tsx', () => ({ MapPanel: () => 'The map' }));

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

beforeAll(async () => {
  vi.useFakeTimers();
  const page = Object.assign(new EventTarget(), {
    location: { href: 'http://127.0.0.1/desk.html', search: '', pathname: '/desk.html' },
    history: { replaceState: () => undefined },
    localStorage: storage,
    sessionStorage: storage,
    matchMedia: () => ({ matches: false }),
  });
  vi.stubGlobal('window', page);
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('sessionStorage', storage);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { documentElement: {}, hidden: false }));
  await startLocale('en');
  await i18next.changeLanguage('en');
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The desk as a page that has just connected draws it. */
function desk() {
  const session = createSessionStore('en', 0);
  session.setState({ everJoined: true });
  session.getInitialState = session.getState;
  const shell = {
    session,
    clock: { nowMs: () => 0 },
    link: { request: () => Promise.resolve({ ok: false, code: 'unavailable', message: '' }) },
  } as unknown as SurfaceShell;
  const parts = createDeskParts(shell);
  const features = createDeskFeatures(parts);
  const { principal } = parts.accounts;
  principal.setState({ role: 'administrator', capabilities: new Set(capabilities) });
  principal.getInitialState = principal.getState;
  parts.desk.getInitialState = parts.desk.getState;
  const draw = (): string =>
    renderToStaticMarkup(
      <DeskSurface
        session={session}
        desk={parts.desk}
        features={features}
        onFind={() => undefined}
        onLanguage={() => undefined}
        onTimeline={() => undefined}
        accounts={parts.accounts}
        alerts={parts.alerts}
        sound={parts.sound}
        guide={parts.guide}
      />,
    );
  return { parts, features, draw, session };
}

describe('the whole desk', () => {
  it('begins with these views, so that their number keys stay; a new view comes after them', () => {
    const names = viewsOf(desk().features).map(({ name }) => name);
    expect(names.slice(0, 8)).toEqual([
      'wall',
      'library',
      'health',
      'registry',
      'map',
      'history',
      'squads',
      'audit',
    ]);
  });

  it('has a tab for exactly each entry with a view, in the order of the list, each with a name of its own', () => {
    const { features, draw } = desk();
    const entries = (features as readonly AnyDeskFeature[]).flatMap(({ view }) => view?.name ?? []);
    expect(new Set(entries).size).toBe(entries.length);
    const tabs = [...draw().matchAll(/<input[^>]*type="radio"[^>]*value="([^"]+)"/g)].map(([, name]) => name);
    expect(tabs).toEqual(entries);
  });

  it('draws each view, with the right column where the view has one', () => {
    const { parts, features, draw } = desk();
    for (const { name } of viewsOf(features)) {
      parts.desk.show(name);
      const page = draw();
      expect(page, name).toContain('desk-frame-main');
      expect(page.includes('desk-frame-right'), name).toBe(name === 'wall' || name === 'squads');
    }
  });

  it('shows a large camera over any view, with its site in the right column', () => {
    const { parts, draw } = desk();
    parts.desk.show('health');
    parts.desk.setState({ largeCameraId: 'c1' });
    expect(draw()).toContain('desk-frame-right');
  });
});

describe('a desk that is locked', () => {
  const session = {
    accountId: 'wang',
    name: 'Wang Fang',
    scope: { districts: 'all' as const, squads: 'all' as const },
    standing: 'locked' as const,
    lockAfterMs: 0,
    shifts: [],
    rights: {},
  };

  it.each([
    ['the hub says so', { desk: session, isLocking: false }],
    [
      'it has just been locked, before the hub answers',
      { desk: { ...session, standing: 'open' as const }, isLocking: true },
    ],
  ])('shows only whose it is and how many alarms wait, where %s', (_case, state) => {
    const { parts, features, draw } = desk();
    const store = { getState: parts.alerts.getState };
    parts.directory.setState({ sites: new Map([['s1', { siteName: '温泉中学食堂' }]]) as never });
    parts.alerts.getInitialState = store.getState;
    parts.alerts.setState({
      counts: {
        open: { 1: 3, 2: 0, 3: 0 },
        unacknowledged: { 1: 2, 2: 0, 3: 0 },
        unknownCamera: 0,
        today: {},
      },
    });
    parts.accounts.principal.setState(state);
    for (const { name } of viewsOf(features)) {
      parts.desk.setState({ view: name, largeCameraId: 'c1' });
      parts.cameras.setState({ palette: { onPicked: undefined } });
      const page = draw();
      expect(page).toContain('data-locked');
      expect(page).toContain('Class 1: 2 not acknowledged');
      expect(page).not.toMatch(
        /desk-frame-left|desk-frame-right|finder|quick-dialog|mantine-SegmentedControl|温泉/,
      );
      // A call goes on.
      expect(page).toContain('desk-frame-bottom');
    }
  });

  it('shows nothing of what it had once the sign-in has ended', () => {
    const { draw, session: store } = desk();
    store.setState({
      link: { state: 'refused', refusal: { code: 'access_denied', message: '', hubProtocolVersion: 1 } },
    });
    const page = draw();
    expect(page).toContain('/sign-in.html?to=desk');
    expect(page).not.toMatch(/desk-frame-left|desk-frame-right|desk-frame-bottom/);
  });
});
