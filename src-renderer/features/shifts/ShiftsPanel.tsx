import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { ChosenShift } from './ChosenShift.tsx';
import type { ShiftsPanelProps } from './shiftsPanelProps.ts';
import './shifts.css';

/** While a handover is shown, what became of its items is read again this often. Milliseconds. */
const readEveryMs = 5_000;

/** Shifts on the left; on the right what happened in the chosen one, its notes and its handover. */
export function ShiftsPanel(props: ShiftsPanelProps) {
  const { shifts, times, enabled, ownId } = props;
  const { t } = useTranslation();
  const { shifts: first, older, next, chosenId, read, problem, leftUnsigned } = useStore(shifts.store);
  const listed = first === undefined ? undefined : [...first, ...older];
  const { isAllowed } = useMay('shifts:list');
  useEffect(() => {
    if (!enabled || !isAllowed) return undefined;
    void shifts.refresh();
    const timer = setInterval(() => void shifts.refresh(), readEveryMs);
    return () => clearInterval(timer);
  }, [shifts, enabled, isAllowed]);
  const hasOwn =
    listed?.some(({ officer, state }) => officer.accountId === ownId && state !== 'ended') ?? true;
  return (
    <div className="desk-page shifts">
      <div>
        <header className="shifts-head">
          <h1>{t('shifts.title')}</h1>
          {!hasOwn && (
            <May asks="shifts:begin">
              <Button size="compact-sm" disabled={!enabled} onClick={() => void shifts.begin()}>
                {t('shifts.begin')}
              </Button>
            </May>
          )}
        </header>
        {listed?.length === 0 && <p className="desk-dim">{t('shifts.none')}</p>}
        <May asks="shifts:read">
          <ul className="shifts-list">
            {listed?.map((one) => (
              <li key={one.shiftId}>
                <button
                  type="button"
                  aria-pressed={one.shiftId === chosenId}
                  data-shift-state={one.state}
                  onClick={() => void shifts.choose(one.shiftId)}
                >
                  <strong>{one.officer.name}</strong>
                  <span>{t(`shifts.is.${one.state}`)}</span>
                  <span className="desk-dim">
                    {times.timeOfDay(one.startedAtMs)} –{' '}
                    {one.ended === undefined ? t('shifts.now') : times.timeOfDay(one.ended.atMs)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </May>
        {next !== undefined && (
          <May asks="shifts:list">
            <Button size="compact-sm" disabled={!enabled} data-more-shifts onClick={() => void shifts.more()}>
              {t('shifts.more')}
            </Button>
          </May>
        )}
      </div>
      <div className="shifts-chosen">
        {problem !== undefined && (
          <p className="desk-not-normal" role="alert">
            {refusalText(problem, t)}
          </p>
        )}
        {leftUnsigned.length > 0 && (
          <p className="desk-not-normal" role="alert" data-left-unsigned={leftUnsigned.length}>
            {t('shifts.leftUnsigned', { count: leftUnsigned.length })}
          </p>
        )}
        {read !== undefined && <ChosenShift {...props} reading={read} />}
      </div>
    </div>
  );
}
