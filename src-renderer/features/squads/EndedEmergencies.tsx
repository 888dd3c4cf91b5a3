import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { endedEmergencyDays } from '../../../src-shared/squads/squads.protocol.ts';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { SquadsActions } from './squadsActions.ts';
import type { SquadsStore } from './squadsStore.ts';
import { squadName } from './squadWords.ts';

/** SOS that ended, with the timeline of each; they are read when the list is opened, and again when another one ends. */
export function EndedEmergencies({
  store,
  actions,
  times,
  enabled,
}: {
  store: SquadsStore;
  actions: Pick<SquadsActions, 'listEnded'>;
  times: Pick<TimeFormat, 'timeOfDay'>;
  enabled: boolean;
}) {
  const { t, i18n } = useTranslation();
  const ended = useStore(store, (state) => state.endedEmergencies);
  const squads = useStore(store, (state) => state.squads);
  const openCount = useStore(store, (state) => state.emergencies.length);
  const isShown = ended !== undefined;
  useEffect(() => {
    if (isShown && enabled) void actions.listEnded(true);
    // Read again when the number of open ones changes, not when the list itself came.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [actions, openCount, enabled]);
  return (
    <May asks="squads:listEmergencies">
      <details
        className="squads-ended"
        open={isShown}
        data-ended-emergencies={ended?.standing === 'read' ? ended.found.length : undefined}
        onToggle={(event) => {
          const isOpen = event.currentTarget.open;
          if (isOpen !== isShown) void actions.listEnded(isOpen);
        }}
      >
        <summary>{t('squads.ended.title', { count: endedEmergencyDays })}</summary>
        {ended?.standing === 'reading' && ended.found.length === 0 && (
          <p className="desk-dim">{t('squads.ended.reading')}</p>
        )}
        {ended?.standing === 'failed' && (
          <p className="desk-dim" role="alert" data-ended-failed>
            {t('squads.ended.failed')}{' '}
            <Button
              size="compact-xs"
              variant="default"
              disabled={!enabled}
              onClick={() => void actions.listEnded(true)}
            >
              {t('squads.ended.again')}
            </Button>
          </p>
        )}
        {ended?.standing === 'read' && ended.found.length === 0 && (
          <p className="desk-dim">{t('squads.ended.none')}</p>
        )}
        <ul>
          {ended?.found.map(({ emergencyId, memberName, squadId, raisedAtMs, progress }) => {
            const squad = squads.find((one) => one.squadId === squadId);
            const by = progress.ended?.by;
            return (
              <li key={emergencyId} data-ended-emergency={emergencyId}>
                <span className="desk-dim">{times.timeOfDay(raisedAtMs)}</span>
                <span>
                  {memberName}
                  {squad !== undefined && ` · ${squadName(squad, i18n.language)}`}
                </span>
                <span>
                  {t(progress.state === 'false' ? 'squads.sos.false' : 'squads.sos.resolve')}
                  {by !== undefined && ` · ${by}`}
                  {progress.ended !== undefined && (
                    <span className="desk-dim"> · {progress.ended.reason}</span>
                  )}
                </span>
                <TimelineButton type="emergency" id={emergencyId} />
              </li>
            );
          })}
        </ul>
      </details>
    </May>
  );
}
