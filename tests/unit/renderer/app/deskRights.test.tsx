import { globSync, readFileSync } from 'node:fs';
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StoreApi } from 'zustand/vanilla';
import { createRequestScopes } from '../../../../src-sfu/app/requestScopes.ts';
import { joinScopes } from '../../../../src-sfu/base/requestScopes.ts';
import { deskRights } from '../../../../src-sfu/features/session/deskRights.ts';
import { createDeskFeatures } from '../../../../src-renderer/app/desk/deskFeatures.ts';
import { createDeskParts } from '../../../../src-renderer/app/desk/deskParts.ts';
import { DeskSurface } from '../../../../src-renderer/app/desk/DeskSurface.tsx';
import { viewsOf } from '../../../../src-renderer/app/desk/deskViews.ts';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import type { SurfaceShell } from '../../../../src-renderer/app/shared/startSurface.tsx';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';
import { requests } from '../../../../src-shared/protocol/index.ts';
import { deskRoutes, type Ask } from '../../../../src-shared/session/rights.ts';
import { wholeCity, type Scope } from '../../../../src-shared/session/principal.ts';
import { capabilitiesOf, type Role } from '../../../../src-shared/session/roles.ts';
import { county, letters, principalOf } from '../../sfu/authorityStage.ts';
import { expectedRequests, expectedRoutes, ownScopes } from '../../sfu/authorityTables.ts';
import { library, page, running, tile } from '../features/wall/deskBuilders.ts';

vi.mock('../../../../src-renderer/media/receiver.ts', () => ({
  Receiver: class {
    reports = () => [];
  },
}));
vi.mock('../../../../src-renderer/media/dutyMedia.ts', () => ({ DutyMedia: class {} }));
vi.mock('../../../../src-renderer/features/map/MapPanel.tsx', () => ({ MapPanel: () => 'The map' }));

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
const scopes = joinScopes(createRequestScopes({} as never), ownScopes);
const whoMayWords = {
  duty_officer: 'Ask a duty officer',
  supervisor: 'Ask a supervisor',
  administrator: 'Ask an administrator',
  whole_city: 'This is about the whole city. Ask somebody who works for the whole city',
  nobody: 'This cannot be done at a desk',
};

beforeAll(async () => {
  vi.useFakeTimers();
  const window = Object.assign(new EventTarget(), {
    location: { href: 'http://127.0.0.1/desk.html', search: '', pathname: '/desk.html' },
    history: { replaceState: () => undefined },
    localStorage: storage,
    sessionStorage: storage,
    matchMedia: () => ({ matches: false }),
  });
  vi.stubGlobal('window', window);
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

/** The page is drawn once, from what a store holds at its beginning. */
function shown<State>(store: StoreApi<State>, state: Partial<State>): void {
  store.setState(state);
  store.getInitialState = store.getState;
}

/** The desk of this role, joined, with a wall that tours, a squad with one member, and an SOS. */
function deskOf(role: Role, scope: Scope = wholeCity) {
  const rights = deskRights(principalOf(role, scope), scopes);
  const session = createSessionStore('en', 0);
  shown(session, { everJoined: true, link: { state: 'joined' } });
  const request = vi.fn(() => Promise.resolve({ ok: false, code: 'unavailable', message: '' }));
  const shell = { session, clock: { nowMs: () => 0 }, link: { request } } as unknown as SurfaceShell;
  const parts = createDeskParts(shell);
  const features = createDeskFeatures(parts);
  shown(parts.accounts.principal, {
    role,
    capabilities: new Set(capabilitiesOf(role)),
    desk: {
      accountId: 'one',
      name: '王芳',
      scope: { districts: 'all', squads: 'all' },
      standing: 'open',
      lockAfterMs: 0,
      shifts: [],
      rights,
    },
  });
  parts.wall.reset([page({ tour: running, tiles: [tile(0, 0, 'a')] })], library());
  shown(parts.wall, { tileId: 'tile-0-0' });
  const since = { sinceMs: 0 };
  const member = {
    memberId: 'ann',
    squadId: 'wenquan',
    name: '李强',
    duty: { status: 'available' as const, ...since },
    isConnected: true,
    bodyCam: { state: 'asked' as const, ...since },
    phone: { name: 'Pixel', signedInAtMs: 0 },
  };
  shown(parts.squads.store, {
    squads: [{ squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false }],
    members: new Map([['ann', member as never]]),
    memberId: 'ann',
    emergencies: [
      {
        emergencyId: 'e',
        memberId: 'ann',
        memberName: '李强',
        squadId: 'wenquan',
        raisedAtMs: 0,
        progress: { state: 'sent', sinceMs: 0 },
      },
    ],
  });
  const draw = (view: string): string => {
    shown(parts.desk, { view });
    return renderToStaticMarkup(
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
  };
  return { rights, parts, request, features, draw, views: viewsOf(features).map(({ name }) => name) };
}

/** The groups of controls of a page, with what they ask. */
function controlsIn(html: string): { asks: string; isDisabled: boolean; name: string | undefined }[] {
  return [...html.matchAll(/<fieldset([^>]*data-asks[^>]*)>/g)].map(([, attributes = '']) => ({
    asks: /data-asks="([^"]*)"/.exec(attributes)?.[1] ?? '',
    isDisabled: / disabled=""/.test(attributes),
    name: /aria-label="([^"]*)"/.exec(attributes)?.[1],
  }));
}

const desks = [
  ['administrator', wholeCity],
  ['supervisor', wholeCity],
  ['duty_officer', wholeCity],
  ['auditor', wholeCity],
  ['duty_officer', county],
  ['supervisor', county],
] as const;

describe('the rights of a desk', () => {
  it.each(desks)('are what the table of expected answers says of %s of %j', (role, scope) => {
    const rights = deskRights(principalOf(role, scope), scopes);
    const isCounty = scope !== wholeCity;
    for (const [name, [allowed, about]] of Object.entries(expectedRequests)) {
      const mayAsk = allowed.includes(letters[role]) && !(isCounty && about === 'city');
      expect(rights[name] === 'may', name).toBe(mayAsk);
    }
    for (const route of Object.keys(deskRoutes)) {
      const expected = expectedRoutes[route];
      if (!Array.isArray(expected)) throw new Error(`${route} is not a route by right.`);
      const [allowed, about] = expected as readonly [string, string];
      expect(rights[route] === 'may', route).toBe(
        allowed.includes(letters[role]) && !(isCounty && about === 'city'),
      );
    }
  });

  it('name who may: the nearest role that may, or who works for the whole city', () => {
    const ofOfficer = deskRights(principalOf('duty_officer'), scopes);
    expect(ofOfficer).toMatchObject({
      'squads:saveSquad': 'supervisor',
      'POST /api/v1/registry/import': 'administrator',
      'squads:raiseEmergency': 'nobody',
    });
    expect(deskRights(principalOf('auditor'), scopes)).toMatchObject({
      'alerts:work': 'duty_officer',
      'wall:showContent': 'duty_officer',
    });
    expect(deskRights(principalOf('duty_officer', county), scopes)['wall:showContent']).toBe('whole_city');
  });
});

describe('every control of the desk', () => {
  it.each(desks)('is disabled for %s of %j exactly when the table denies what it asks', (role, scope) => {
    const { rights, views, draw } = deskOf(role, scope);
    const controls = views.flatMap((view) => controlsIn(draw(view)));
    expect(new Set(controls.map(({ asks }) => asks)).size).toBeGreaterThan(20);
    for (const { asks, isDisabled, name } of controls) {
      const standing = rights[asks];
      expect(standing, asks).toBeDefined();
      expect(isDisabled, asks).toBe(standing !== 'may');
      expect(name, asks).toBe(
        standing === undefined || standing === 'may' ? undefined : whoMayWords[standing],
      );
    }
  });

  it('of an auditor only reads', () => {
    const { views, draw } = deskOf('auditor');
    const open = views.flatMap((view) => controlsIn(draw(view))).filter(({ isDisabled }) => !isDisabled);
    const asks = [...new Set(open.map((control) => control.asks))].sort();
    expect(asks).toEqual([
      'GET /api/v1/alerts.csv',
      'GET /api/v1/audit.csv',
      'alerts:search',
      'audit:search',
      'orders:search',
      'retention:readGrowth',
      'shifts:read',
      'squads:listEmergencies',
      'timeline:read',
    ]);
  });

  it('names what it asks: of each request and route that changes something there is a control, or it is listed here', () => {
    const sources = globSync('src-renderer/{features,app/desk}/**/*.{ts,tsx}')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const named = new Set(
      [...sources.matchAll(/(?:asks=|allow\(|useMay\()["']([^"']+)["']/g)].map(([, ask = '']) => ask),
    );
    /** What the desk reads or reports by itself, and the steps that follow a control that is named. */
    const byItself =
      /^(session:|media:|cameras:(?!allow)|map:|alerts:(read|getSnapshot)|orders:(read|rank|search)|attachments:list|findings:(read|search|list|getPictures|falseAlarmRates)|public:(readKitchens|watch|unwatch|getStill)|(wall|showcase):report|whip:list|sites:readAlert|citizens:readReports|talk:(confirm|release|open|connect|restart|produce)|squads:confirm|turning:(read|keepMoving|stop)|kitchenTalk:(read|listSentences|produceVoice|keep|end))/;
    /** Other steps of what a named control does. */
    const withOther: readonly string[] = ['wall:showCameras', 'alerts:saveKind'];
    const ofDesks = Object.keys(requests).filter((name) =>
      [...(expectedRequests[name]?.[0] ?? '')].some((letter) => 'asdu'.includes(letter)),
    );
    const unnamed = [...ofDesks, ...Object.keys(deskRoutes)].filter(
      (ask) => !named.has(ask) && !byItself.test(ask) && !withOther.includes(ask) && ask !== 'squads:signIn',
    );
    expect(unnamed).toEqual([]);
  });
});

describe('a desk of one county', () => {
  it('says in place of the wall that it is managed for the whole city, and where to go on', () => {
    const { parts, draw } = deskOf('duty_officer', county);
    shown(parts.squads.store, { memberId: undefined });
    parts.wall.reset([], undefined);
    shown(parts.wall, {});
    const html = draw('wall');
    expect(html).toContain('The wall is managed for the whole city');
    expect(html).not.toContain('Open a wall display');
  });

  it('of the whole city says how to open a wall', () => {
    const { parts, draw } = deskOf('duty_officer');
    parts.wall.reset([], undefined);
    shown(parts.wall, {});
    expect(draw('wall')).toContain('Open a wall display');
  });
});

describe('what a desk asks by itself', () => {
  it('is not sent where the hub would refuse it, and is answered as the hub would', async () => {
    const { parts, request } = deskOf('auditor');
    request.mockClear();
    expect(await parts.link.request('whip:listDevices', {})).toMatchObject({
      ok: false,
      reason: 'session.forbidden',
    });
    expect(request).not.toHaveBeenCalled();
    await parts.link.request('cameras:readHealth', {});
    expect(request).toHaveBeenCalledOnce();
  });

  it('is said with who may, where a key asks', () => {
    const { parts } = deskOf('duty_officer', county);
    expect(parts.rights.allow('wall:steerTour' satisfies Ask)).toBe(false);
    const [message] = parts.desk.getState().messages;
    expect(message?.text(i18next.t)).toBe(whoMayWords.whole_city);
    expect(parts.rights.allow('alerts:work')).toBe(true);
  });
});
