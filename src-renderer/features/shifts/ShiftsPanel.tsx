import { Button, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { itemKey, shiftItemKinds, type ShiftItemKind } from '../../../src-shared/shifts/shift.ts';
import type { ReadItem, ShiftReading } from '../../../src-shared/shifts/shifts.protocol.ts';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { Shifts } from './shiftsStore.ts';
import './shifts.css';

export interface ShiftsPanelProps {
  shifts: Shifts;
  times: Pick<TimeFormat, 'timeOfDay'>;
  /** Whether the server answers. */
  enabled: boolean;
  /** The account that is signed in here. */
  ownId: string | undefined;
}

/** While a handover is shown, what became of its items is read again this often. Milliseconds. */
const readEveryMs = 5_000;

/** Shifts on the left; on the right what happened in the chosen one, its notes and its handover. */
export function ShiftsPanel(props: ShiftsPanelProps) {
  const { shifts, times, enabled, ownId } = props;
  const { t } = useTranslation();
  const { shifts: listed, chosenId, read, problem } = useStore(shifts.store);
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
      </div>
      <div className="shifts-chosen">
        {problem !== undefined && (
          <p className="desk-not-normal" role="alert">
            {refusalText(problem, t)}
          </p>
        )}
        {read !== undefined && <Chosen {...props} reading={read} />}
      </div>
    </div>
  );
}

function Chosen({ shifts, times, enabled, ownId, reading }: ShiftsPanelProps & { reading: ShiftReading }) {
  const { t, i18n } = useTranslation();
  const { shift, items, newItems, notes, log } = reading;
  const draft = useStore(shifts.store, (state) => state.draft);
  const isOwn = shift.officer.accountId === ownId;
  const isReceiver = shift.state === 'receiving' && shift.receiver?.accountId === ownId;
  const unsigned = items.filter(({ signed, present }) => signed === undefined && present !== 'ended').length;
  const language = i18n.language === 'en' ? 'en' : 'zh-CN';
  const override = shift.ended?.override;
  return (
    <>
      <header className="shifts-head">
        <h2>{t('shifts.of', { name: shift.officer.name })}</h2>
        <span className="desk-dim">
          {times.timeOfDay(shift.startedAtMs)} –{' '}
          {shift.ended === undefined ? t('shifts.now') : times.timeOfDay(shift.ended.atMs)}
          {shift.receiver !== undefined && ` · ${t('shifts.receiver', { name: shift.receiver.name })}`}
        </span>
        <May asks="GET /api/v1/shifts/:shiftId/handover.html">
          <Button
            size="compact-sm"
            component="a"
            target="_blank"
            rel="noreferrer"
            href={`/api/v1/shifts/${shift.shiftId}/handover.html?language=${language}`}
          >
            {t('shifts.print')}
          </Button>
        </May>
      </header>
      {override !== undefined && (
        <p className="desk-not-normal">
          {t('shifts.overridden', {
            name: override.by.name,
            count: override.unsigned,
            reason: override.reason,
          })}
        </p>
      )}
      <p className="shifts-figures">
        {t('shifts.happened', {
          one: log.alerts[0],
          two: log.alerts[1],
          three: log.alerts[2],
          written: log.orders.written,
          closed: log.orders.closed,
          escalated: log.orders.escalated + log.orders.overdue,
          emergencies: log.emergencies,
          outages: log.outages,
        })}
      </p>
      <section>
        <h3>{t('shifts.notes')}</h3>
        {notes.map((note) => (
          <p key={note.noteId} className="shifts-note" data-note-id={note.noteId}>
            <span className="desk-dim">
              {times.timeOfDay(note.atMs)} {note.by}
            </span>{' '}
            {note.text}
          </p>
        ))}
        {shift.state !== 'ended' && (
          <May asks="shifts:writeNote">
            <form
              className="shifts-write"
              onSubmit={(event) => {
                event.preventDefault();
                void shifts.sendNote();
              }}
            >
              <Textarea
                aria-label={t('shifts.note')}
                placeholder={t('shifts.note')}
                autosize
                maxRows={6}
                maxLength={1_000}
                value={draft.text}
                onChange={(event) => shifts.type(event.currentTarget.value)}
              />
              <Button type="submit" disabled={!enabled || draft.text.trim() === ''}>
                {t('shifts.write')}
              </Button>
            </form>
          </May>
        )}
      </section>
      <section>
        <h3>{t('shifts.open', { count: items.length, unsigned })}</h3>
        {shift.state === 'running' && !isOwn && (
          <May asks="shifts:work">
            <Button
              variant="filled"
              disabled={!enabled}
              onClick={() => void shifts.work({ type: 'received' })}
            >
              {t('shifts.receive')}
            </Button>
          </May>
        )}
        {shift.state === 'running' && isOwn && <p className="desk-dim">{t('shifts.handToNext')}</p>}
        {items.length === 0 && shift.state !== 'ended' && (
          <p className="desk-dim">{t('shifts.nothingOpen')}</p>
        )}
        {shiftItemKinds.map((kind) => (
          <KindList
            key={`${shift.shiftId} ${kind}`}
            kind={kind}
            items={items.filter((item) => item.kind === kind)}
            wasOpened={shift.openedKinds.includes(kind)}
            isReceiver={isReceiver}
            enabled={enabled}
            shifts={shifts}
            times={times}
          />
        ))}
        {newItems.length > 0 && (
          <p className="desk-dim">{t('shifts.newItems', { count: newItems.length })}</p>
        )}
        {isReceiver && (
          <May asks="shifts:work">
            <div className="shifts-deeds">
              <Button
                variant="filled"
                disabled={!enabled || unsigned > 0}
                onClick={() => void shifts.work({ type: 'completed' })}
              >
                {t('shifts.complete')}
              </Button>
              <Button disabled={!enabled} onClick={() => void shifts.work({ type: 'steppedBack' })}>
                {t('shifts.stepBack')}
              </Button>
            </div>
          </May>
        )}
        {shift.state !== 'ended' && !isOwn && <Override shifts={shifts} enabled={enabled} />}
      </section>
      <p className="desk-dim shifts-hash">
        SHA-256 <code>{reading.hash.slice(0, 16)}</code>
      </p>
    </>
  );
}

function KindList({
  kind,
  items,
  wasOpened,
  isReceiver,
  enabled,
  shifts,
  times,
}: Pick<ShiftsPanelProps, 'shifts' | 'times' | 'enabled'> & {
  kind: ShiftItemKind;
  items: readonly ReadItem[];
  wasOpened: boolean;
  isReceiver: boolean;
}) {
  const { t, i18n } = useTranslation();
  if (items.length === 0) return null;
  const unsigned = items.filter(({ signed, present }) => signed === undefined && present !== 'ended');
  const stateText = (state: string): string =>
    t(`shifts.state.${state}` as 'shifts.state.new', { defaultValue: state });
  return (
    <details
      className="shifts-kind"
      data-kind={kind}
      onToggle={(event) => {
        if (event.currentTarget.open && isReceiver) void shifts.openList(kind);
      }}
    >
      <summary>
        {t(`shifts.kind.${kind}`)} · {items.length}
        {unsigned.length > 0 && ` · ${t('shifts.unsigned', { count: unsigned.length })}`}
      </summary>
      {isReceiver && unsigned.length > 0 && (
        <May asks="shifts:work">
          <Button
            size="compact-sm"
            disabled={!enabled || !wasOpened}
            onClick={() => void shifts.work({ type: 'kindSigned', kind })}
          >
            {t('shifts.signAll', { count: unsigned.length })}
          </Button>
        </May>
      )}
      <ul>
        {items.map((item) => {
          const key = itemKey(item);
          const shown =
            item.kind === 'server'
              ? stateText(item.state)
              : i18n.language === 'en'
                ? (item.nameEn ?? item.name)
                : item.name;
          return (
            <li key={key} data-item={key} data-present={item.present}>
              <span>{shown}</span>
              <span className="desk-dim">{times.timeOfDay(item.sinceMs)}</span>
              <span>
                {stateText(item.state)}
                {item.stateNow !== undefined && ` → ${stateText(item.stateNow)}`}
                {item.present === 'ended' && ` → ${t('shifts.hasEnded')}`}
              </span>
              {item.signed !== undefined ? (
                <span>
                  {t('shifts.signedBy', { name: item.signed.by.name, at: times.timeOfDay(item.signed.atMs) })}
                </span>
              ) : isReceiver && item.present !== 'ended' ? (
                <May asks="shifts:work">
                  <Button
                    size="compact-xs"
                    disabled={!enabled}
                    onClick={() =>
                      void shifts.work({
                        type: 'signed',
                        seen: [{ key, state: item.stateNow ?? item.state }],
                      })
                    }
                  >
                    {t('shifts.sign')}
                  </Button>
                </May>
              ) : (
                <span />
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function Override({ shifts, enabled }: Pick<ShiftsPanelProps, 'shifts' | 'enabled'>) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <May asks="shifts:override">
      <form
        className="shifts-write"
        onSubmit={(event) => {
          event.preventDefault();
          void shifts.override(reason.trim());
        }}
      >
        <TextInput
          aria-label={t('shifts.reason')}
          placeholder={t('shifts.reason')}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!enabled || reason.trim() === ''}>
          {t('shifts.override')}
        </Button>
      </form>
    </May>
  );
}
