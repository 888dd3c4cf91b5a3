import { Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { shiftItemKinds } from '../../../src-shared/shifts/shift.ts';
import type { ShiftReading } from '../../../src-shared/shifts/shifts.protocol.ts';
import { May } from '../../ui/May.tsx';
import { ShiftItems } from './ShiftItems.tsx';
import type { ShiftsPanelProps } from './shiftsPanelProps.ts';

/** One shift: what happened in it, its notes, and what it hands over. */
export function ChosenShift({
  shifts,
  times,
  enabled,
  ownId,
  print,
  reading,
}: ShiftsPanelProps & { reading: ShiftReading }) {
  const { t, i18n } = useTranslation();
  const { shift, items, newItems, notes, hiddenNotes = 0, log } = reading;
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
            onClick={() => print(`/api/v1/shifts/${shift.shiftId}/handover.html?language=${language}`)}
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
      {log.lines.length > 0 && (
        <details className="shifts-log" open={log.lines.length <= 10}>
          <summary>{t('shifts.log', { count: log.lines.length })}</summary>
          <ul>
            {log.lines.map((line, index) => (
              <li key={index} data-log-line={line.kind}>
                <span className="desk-dim">{times.timeOfDay(line.atMs)}</span>{' '}
                <span>{t(`shifts.line.${line.kind}`)}</span> <span>{line.name}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
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
        {hiddenNotes > 0 && <p className="desk-dim">{t('shifts.hiddenNotes', { count: hiddenNotes })}</p>}
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
          <ShiftItems
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
