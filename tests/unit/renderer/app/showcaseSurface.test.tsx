import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import { ShowcaseSurface } from '../../../../src-renderer/app/showcase/ShowcaseSurface.tsx';
import { MapScene } from '../../../../src-renderer/features/showcase/scenes/MapScene.tsx';
import { noPictures } from '../../../../src-renderer/features/showcase/pictures.ts';
import {
  createShowcaseStore,
  showKept,
  shownOut,
  takeView,
} from '../../../../src-renderer/features/showcase/showcaseStore.ts';
import { cityViewOf } from '../../../../src-sfu/features/showcase/cityView.ts';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';
import { defaultProgramme } from '../../../../src-shared/showcase/programme.ts';
import type { ShowcaseView } from '../../../../src-shared/showcase/showcase.protocol.ts';

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  vi.stubGlobal('window', { location: { pathname: '/showcase.html', search: '' } });
  await startLocale('en');
  await i18next.changeLanguage('en');
});
afterAll(() => void vi.unstubAllGlobals());

const nowMs = Date.UTC(2026, 10, 2, 6, 0, 5);
const open: ShowcaseView = { curtain: { isDrawn: false, sinceMs: 1 }, programme: defaultProgramme };
const drawn: ShowcaseView = { curtain: { isDrawn: true, sinceMs: 2 } };
const calm = 'data-curtain="drawn"';

function storage(known: Record<string, string> = {}) {
  const values = new Map(Object.entries(known));
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

/** The page of visitors: it was sent these views one after another, and stands to the server as said. */
function draw(
  views: readonly ShowcaseView[],
  state: Partial<ReturnType<ReturnType<typeof createSessionStore>['getState']>> = {},
  kept = storage(),
): string {
  const session = createSessionStore('en', nowMs);
  session.setState(state);
  session.getInitialState = session.getState;
  const store = createShowcaseStore();
  for (const view of views) takeView(store, view, nowMs, kept);
  if (views.length === 0) showKept(store, kept);
  if (state.link?.state === 'refused') shownOut(store, kept);
  store.getInitialState = store.getState;
  return renderToStaticMarkup(
    <ShowcaseSurface
      session={session}
      store={store}
      motion="calm"
      pictures={noPictures}
      storage={kept}
      onLanguage={() => undefined}
      onVisitOver={() => undefined}
    />,
  );
}

const refused = {
  link: {
    state: 'refused',
    refusal: { code: 'access_denied', message: 'no', hubProtocolVersion: 1 },
  },
} as const;

it('shows the kinds of the day by how often they came, in the language of the hall', () => {
  const name = (zh: string, en: string) => ({ 'zh-CN': zh, en });
  const city = cityViewOf({
    computedAtMs: nowMs,
    sites: [],
    cameras: 0,
    camerasOnline: 0,
    day: {
      alerts: [
        { district: '咸安区', kindId: 'bin', count: 2, isHandled: false },
        { district: '赤壁市', kindId: 'hat', count: 5, isHandled: true },
      ],
      ordersWritten: 0,
      ordersClosed: 0,
      recent: [],
    },
    kindName: (kindId) =>
      kindId === 'hat' ? name('未戴厨师帽', 'No hat') : name('垃圾桶未加盖', 'Bin open'),
  });
  const drawn = renderToStaticMarkup(
    <MapScene
      view={{ ...open, city }}
      kitchens={[]}
      pictures={noPictures}
      times={createSessionStore('en', nowMs).getState().times}
      round={0}
      hasSound={false}
    />,
  );
  expect(drawn).toContain('Most often today: No hat (5), Bin open (2)');
});

describe('the screen for visitors', () => {
  it('is calm until the server says what is shown', () => {
    expect(draw([])).toContain(calm);
    expect(draw([open])).not.toContain(calm);
    expect(draw([open])).toContain('data-scene=');
  });

  it('shows the standing picture alone while the curtain is drawn, and the story again afterwards', () => {
    expect(draw([open, drawn])).toContain(calm);
    expect(draw([open, drawn])).not.toContain('data-scene=');
    expect(draw([open, drawn])).not.toContain('showcase-touch');
    expect(draw([open, drawn, open])).toContain('data-scene=');
  });

  it('goes on with its last scene without the server, and says of when it is', () => {
    const lost = draw([open], { hubLostSinceMs: nowMs, everJoined: true });
    expect(lost).toContain('data-scene=');
    expect(lost).toContain('Pictures and figures as of');
    expect(lost).not.toContain(i18next.t('notice.unreachableTitle'));
  });

  it('does not show a released case without the server, because nobody could take it back', () => {
    const releasedCase = {
      releaseId: 'r',
      state: 'en_route',
      sinceMs: nowMs,
      squadName: '温泉中队',
    } as const;
    const view = { ...open, releasedCase };
    expect(draw([view])).toContain('data-scene="call"');
    expect(draw([view], { hubLostSinceMs: nowMs, everJoined: true })).not.toContain('data-scene="call"');
  });

  it('starts without its server with the story of before, dated, and not with a case, a curtain or what it cannot read', () => {
    const kept = storage();
    const releasedCase = { releaseId: 'r', state: 'en_route', sinceMs: nowMs } as const;
    draw([{ ...open, releasedCase }], {}, kept);
    const started = draw([], {}, kept);
    expect(started).toContain('data-scene=');
    expect(started).not.toContain('data-scene="call"');
    expect(started).toContain('Pictures and figures as of');
    // Once the server answers, it is as now.
    expect(draw([open], {}, kept)).not.toContain('Pictures and figures as of');
    draw([open, drawn], {}, kept);
    expect(draw([], {}, kept)).toContain(calm);
    draw([open], {}, kept);
    draw([open], refused, kept);
    expect(draw([], {}, kept)).toContain(calm);
    for (const text of ['', '{', '{"view":{},"takenAtMs":1}', '{"takenAtMs":1}'])
      expect(draw([], {}, storage({ 'mingchu.showcase.story': text }))).toContain(calm);
  });

  it('says how a screen is paired only where none was ever let in', () => {
    expect(draw([], refused)).toContain(i18next.t('notice.pair'));
    const revoked = draw([open], refused);
    expect(revoked).toContain(calm);
    expect(revoked).not.toContain(i18next.t('notice.pair'));
    expect(revoked).not.toContain('data-scene=');
  });

  it('says nothing of a server that is full, busy or of another version', () => {
    for (const code of ['hub_full', 'too_busy', 'too_slow', 'version_mismatch', 'wrong_origin'] as const) {
      const page = draw([], {
        link: { state: 'refused', refusal: { code, message: 'no', hubProtocolVersion: 1 } },
      });
      expect(page).toContain(calm);
    }
  });
});
