import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isEmergencyEnded } from '../../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import { May } from '../../ui/May.tsx';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';
import { OverDialogs } from '../../ui/desk/OverDialogs.tsx';
import type { SquadsActions } from './squadsActions.ts';
import type { SquadsStore } from './squadsStore.ts';
import { agoText, squadName } from './squadWords.ts';
import './squads.css';
import { seatWords } from '../../ui/seatWords.ts';

export interface EmergencyBarProps {
  store: SquadsStore;
  actions: SquadsActions;
  nowMs: number;
  enabled: boolean;
  /** Shows the member: card, place and picture. */
  onMember(memberId: string): void;
}

/** Every open SOS, above everything else, with its actions. Once it is drawn, the hub is notified that a desk shows it. */
export function EmergencyBar({ store, actions, nowMs, enabled, onMember }: EmergencyBarProps) {
  const emergencies = useStore(store, (state) => state.emergencies);
  useEffect(() => {
    if (!enabled || emergencies.length === 0) return undefined;
    // Two frames later the screen shows it. A desk in a hidden tab shows nothing, and must not report that it does.
    const frame = requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        for (const { emergencyId, progress } of emergencies)
          if (progress.state === 'sent') actions.confirmShown(emergencyId);
      }),
    );
    return () => cancelAnimationFrame(frame);
  }, [emergencies, enabled, actions, nowMs]);
  if (emergencies.length === 0) return null;
  return (
    <OverDialogs>
      <div className="emergency-bar" role="alert">
        {emergencies.map((emergency) => (
          <EmergencyLine
            key={emergency.emergencyId}
            emergency={emergency}
            {...{ store, actions, nowMs, enabled, onMember }}
          />
        ))}
      </div>
    </OverDialogs>
  );
}

function EmergencyLine({
  emergency,
  store,
  actions,
  nowMs,
  enabled,
  onMember,
}: EmergencyBarProps & { emergency: Emergency }) {
  const { t, i18n } = useTranslation();
  const squads = useStore(store, (state) => state.squads);
  const [outcome, setOutcome] = useState<'resolved' | 'false' | undefined>();
  const [reason, setReason] = useState('');
  const { emergencyId, memberId, memberName, squadId, raisedAtMs, progress, isNotStoredYet } = emergency;
  const isEnded = isEmergencyEnded(progress);
  // An SOS that nobody has acknowledged cannot be closed.
  const mayEnd = enabled && progress.acknowledged !== undefined;
  const squad = squads.find((one) => one.squadId === squadId);
  return (
    <div className="emergency-line" data-emergency-id={emergencyId} data-emergency-state={progress.state}>
      <strong className="emergency-word">SOS</strong>
      <button type="button" className="emergency-who" onClick={() => onMember(memberId)}>
        {memberName}
        <span>{squadName(squad, i18n.language)}</span>
      </button>
      <span className="emergency-age">{agoText(nowMs - raisedAtMs, t)}</span>
      <span className="emergency-state">
        {progress.acknowledged === undefined
          ? t('squads.sos.notTaken')
          : t('squads.sos.taken', { by: seatWords(progress.acknowledged.by, t) })}
      </span>
      {isNotStoredYet === true && (
        <span className="emergency-not-stored" data-not-stored>
          {isEnded ? t('squads.sos.endNotStored') : t('squads.sos.notStored')}
        </span>
      )}
      <TimelineButton type="emergency" id={emergencyId} />
      <May asks="squads:endEmergency">
        {isEnded ? null : outcome === undefined ? (
          <span className="emergency-buttons">
            {progress.acknowledged === undefined && (
              <May asks="squads:acknowledgeEmergency">
                <Button disabled={!enabled} onClick={() => void actions.acknowledge(emergencyId)}>
                  {t('squads.sos.take')}
                </Button>
              </May>
            )}
            <Button disabled={!mayEnd} onClick={() => setOutcome('resolved')}>
              {t('squads.sos.resolve')}
            </Button>
            <Button disabled={!mayEnd} onClick={() => setOutcome('false')}>
              {t('squads.sos.false')}
            </Button>
          </span>
        ) : (
          <form
            className="emergency-buttons"
            onSubmit={(event) => {
              event.preventDefault();
              if (reason.trim() === '') return;
              void actions.endEmergency(emergencyId, outcome, reason.trim());
            }}
          >
            <TextInput
              aria-label={t('squads.sos.reason')}
              placeholder={t('squads.sos.reason')}
              value={reason}
              maxLength={500}
              autoFocus
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Button type="submit" disabled={!enabled || reason.trim() === ''}>
              {outcome === 'resolved' ? t('squads.sos.resolve') : t('squads.sos.false')}
            </Button>
            <Button onClick={() => setOutcome(undefined)}>{t('dialog.cancel')}</Button>
          </form>
        )}
      </May>
    </div>
  );
}
