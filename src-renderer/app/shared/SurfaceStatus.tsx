import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { SessionStore } from './sessionStore.ts';
import './surfaceStatus.css';

/** The connection in words, quiet while all is well, and the hub's clock. */
export function SurfaceStatus({ session }: { session: SessionStore }) {
  const { t } = useTranslation();
  const link = useStore(session, (state) => state.link.state);
  const lostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  const nowMs = useStore(session, (state) => state.nowMs);
  const times = useStore(session, (state) => state.times);
  const refusalCode = useStore(session, (state) =>
    state.link.state === 'refused' ? state.link.refusal.code : undefined,
  );
  const refusalWords =
    refusalCode === 'too_slow'
      ? t('notice.tooSlowTitle')
      : refusalCode === 'too_busy'
        ? t('notice.tooBusyTitle')
        : t('connection.refused');
  const words = {
    connecting: t('connection.connecting'),
    joined: t('connection.joined'),
    lost: t('connection.lost', { since: lostSinceMs === undefined ? '' : times.timeOfDay(lostSinceMs) }),
    refused: refusalWords,
  };
  const wrong = link === 'lost' || link === 'refused';
  return (
    <div className="surface-status">
      <span className={wrong ? 'surface-status-link surface-status-link--wrong' : 'surface-status-link'}>
        {words[link]}
      </span>
      <span className="surface-status-day">{times.day(nowMs)}</span>
      <time className="surface-status-clock">{times.clock(nowMs)}</time>
    </div>
  );
}
