import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { useStore } from 'zustand';
import type { AckCode } from '../../../src-shared/protocol/define.ts';
import type { Surface } from '../../../src-shared/session/roles.ts';
import { HubClock } from '../../server/hubClock.ts';
import { connectHub, type HubLink, type Notice, type SnapshotArrival } from '../../server/hubLink.ts';
import { readMemberToken } from '../../server/memberToken.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { siteToken } from '../../server/siteSession.ts';
import { redeemTicket } from '../../server/screenTicket.ts';
import { chooseLanguage } from '../../ui/languages.ts';
import { startLocale } from '../../ui/locale.ts';
import { StorageNotice } from '../../ui/StorageNotice.tsx';
import { createTimeFormat } from '../../ui/times.ts';
import { FaultBoundary } from './FaultBoundary.tsx';
import { createSessionStore, takeLinkState, type SessionStore } from './sessionStore.ts';
import '../../ui/tokens.css';

/** What a surface adds to the shell that all surfaces share. */
export interface SurfaceParts {
  onSnapshot?(arrival: SnapshotArrival): void;
  onNotice?(notice: Notice): void;
  onLost?(): void;
  onJoinRefused?(code: AckCode): void;
  view: ReactNode;
}

/** What the shell gives a surface to build its parts with. */
export interface SurfaceShell {
  session: SessionStore;
  clock: HubClock;
  link: HubLink;
}

/** Starts a surface: language, scale, the connection to the hub with its stores, and the page. */
export async function startSurface(
  surface: Surface,
  build: (shell: SurfaceShell) => SurfaceParts,
): Promise<void> {
  const address = new URLSearchParams(window.location.search);
  const language = chooseLanguage(window.location.search, pageStorage.local);
  applyScale(address.get('scale'));
  await startLocale(language);

  const clock = new HubClock();
  const session = createSessionStore(language, clock.nowMs());
  session.setState({ storageTrouble: pageStorage.trouble() });
  pageStorage.onTrouble((storageTrouble) => session.setState({ storageTrouble }));
  await redeemTicket({
    href: window.location.href,
    replaceAddress: (href) => window.history.replaceState(null, '', href),
    fetch: (...request) => window.fetch(...request),
  });
  const screenId = address.get('screen');
  // The link speaks only after this turn of the event loop, when the parts are built.
  const shell: { parts?: SurfaceParts } = {};
  const link = connectHub({
    surface,
    ...(surface === 'wall' && screenId !== null ? { screenId } : {}),
    ...(surface === 'field' ? { memberToken: () => readMemberToken(pageStorage.local) } : {}),
    ...(surface === 'site' ? { siteToken } : {}),
    onJoinRefused: (code) => shell.parts?.onJoinRefused?.(code),
    storage: pageStorage.session,
    reloadPage: () => window.location.reload(),
    onState(state) {
      if (takeLinkState(session, state, clock.nowMs())) shell.parts?.onLost?.();
    },
    onSnapshot(arrival) {
      const { hub } = arrival.snapshot;
      clock.set(hub.nowMs, arrival.takenAtMs);
      session.setState({ hub, everJoined: true, nowMs: clock.nowMs() });
      shell.parts?.onSnapshot?.(arrival);
    },
    onNotice(notice) {
      if (notice.name === 'session:clockSet') link.rejoin();
      else shell.parts?.onNotice?.(notice);
    },
  });
  const parts = build({ session, clock, link });
  shell.parts = parts;
  keepTime(session, clock);

  const place = document.getElementById('surface');
  if (place === null) throw new Error('The page has no element with the id "surface".');
  createRoot(place).render(
    <StrictMode>
      <FaultBoundary>{parts.view}</FaultBoundary>
      {surface !== 'showcase' && <StorageLine session={session} surface={surface} />}
    </StrictMode>,
  );
}

/** Nobody clicks on a wall, and it loses little. */
const wallNoticeMs = 30_000;

function StorageLine({ session, surface }: { session: SessionStore; surface: Surface }) {
  const trouble = useStore(session, ({ storageTrouble }) => storageTrouble);
  if (trouble === undefined) return null;
  return <StorageNotice trouble={trouble} goesAfterMs={surface === 'wall' ? wallNoticeMs : undefined} />;
}

/** `?scale=1.5` makes all words of a screen half as large again, for a wall seen from further away. */
function applyScale(asked: string | null): void {
  const scale = Number(asked);
  if (asked === null || !(scale >= 0.5 && scale <= 4)) return;
  document.documentElement.style.setProperty('--scale', String(scale));
}

/** Writes the hub's time into the session's store at each full second of it. */
function keepTime(session: SessionStore, clock: HubClock): void {
  const setTime = (): void => {
    const nowMs = clock.nowMs();
    const { times } = session.getState();
    // A desk may have been switched to another language meanwhile.
    const language = document.documentElement.lang;
    session.setState(times.isToday(nowMs) ? { nowMs } : { nowMs, times: createTimeFormat(language, nowMs) });
    setTimeout(setTime, 1_000 - (nowMs % 1_000) + 5);
  };
  setTime();
}
