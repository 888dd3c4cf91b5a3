import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { SessionStore } from './sessionStore.ts';
import './surfaceStatus.css';

/** The connection in words, quiet while all is well, and the hub's clock. */
export function SurfaceStatus({ session }: { session: SessionStore }) {
  const { t } = useTranslation();
  const joined = useStore(session, (state) => state.link.state === 'joined');
  const lostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  const nowMs = useStore(session, (state) => state.nowMs);
  const times = useStore(session, (state) => state.times);
  const since = lostSinceMs === undefined ? '' : times.timeOfDay(lostSinceMs);
  return (
    <div className="surface-status">
      {joined ? (
        <span className="surface-status-link">{t('connection.joined')}</span>
      ) : (
        <span
          className="surface-status-link surface-status-link--lost"
          title={t('connection.lost', { since })}
        >
          {lostSinceMs === undefined ? t('connection.connecting') : t('connection.lostShort', { since })}
        </span>
      )}
      <span className="surface-status-day">{times.day(nowMs)}</span>
      <time className="surface-status-clock">{times.clock(nowMs)}</time>
    </div>
  );
}
