import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { seatWords } from '../../ui/seatWords.ts';
import type { SquadsStore } from './squadsStore.ts';
import { agoText, squadName } from './squadWords.ts';
import './emergencyStrip.css';

/** Every open SOS, for everybody who sees the wall: who, of which squad, how long ago, and whether somebody has acknowledged it. */
export function EmergencyStrip({ store, nowMs }: { store: SquadsStore; nowMs: number }) {
  const { t, i18n } = useTranslation();
  const emergencies = useStore(store, (state) => state.emergencies);
  const squads = useStore(store, (state) => state.squads);
  if (emergencies.length === 0) return null;
  return (
    <div className="emergency-strip" role="alert">
      {emergencies.map(({ emergencyId, memberName, squadId, raisedAtMs, progress }) => (
        <p key={emergencyId} data-emergency-id={emergencyId}>
          <strong>SOS</strong>
          <span className="emergency-strip-name">{memberName}</span>
          <span>
            {squadName(
              squads.find((squad) => squad.squadId === squadId),
              i18n.language,
            )}
          </span>
          <span>{agoText(nowMs - raisedAtMs, t)}</span>
          <span>
            {progress.acknowledged === undefined
              ? t('squads.sos.notTaken')
              : t('squads.sos.taken', { by: seatWords(progress.acknowledged.by, t) })}
          </span>
        </p>
      ))}
    </div>
  );
}
