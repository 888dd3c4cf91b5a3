import { Button, Chip, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { scheduleProblem } from '../../../src-shared/wall/schedule.ts';
import type { ScheduleEntry, WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import { TimeField } from '../../ui/desk/TimeField.tsx';
import { newCommandId } from './commandId.ts';
import { minuteOf, minuteText } from './minuteText.ts';
import { May } from '../../ui/May.tsx';

export interface ScheduleEditorProps {
  library: WallLibrary;
  screenIds: readonly string[];
  enabled: boolean;
  onSave(base: WallLibrary, schedule: ScheduleEntry[]): Promise<boolean>;
}

/** A day begins at 00:00 and has no 24:00. */
const isStart = (text: string): boolean => (minuteOf(text) ?? 1_440) < 1_440;

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** What is shown when, week after week: each entry lasts until the screen's next one. */
export function ScheduleEditor({ library, screenIds, enabled, onSave }: ScheduleEditorProps) {
  const { t } = useTranslation();
  // Until something is changed here, what others save is followed; from then on it is this desk's draft.
  const [draft, setDraft] = useState<{ base: WallLibrary; entries: readonly ScheduleEntry[] }>();
  const entries = draft?.entries ?? library.schedule;
  const saved = [
    ...library.programmes.map(({ id, name }) => ({ type: 'programme' as const, id, name })),
    ...library.scenes.map(({ id, name }) => ({ type: 'scene' as const, id, name })),
  ];
  const [first] = saved;
  const change = (next: readonly ScheduleEntry[]): void =>
    setDraft({ base: draft?.base ?? library, entries: next });
  const set = (id: string, values: Partial<ScheduleEntry>): void =>
    change(entries.map((entry) => (entry.id === id ? { ...entry, ...values } : entry)));
  const hasDays = entries.every((entry) => entry.weekdays.length > 0);
  const clashes = scheduleProblem(entries) !== undefined;
  const sound = hasDays && !clashes;
  if (first === undefined) return <p className="library-empty">{t('library.scheduleNeedsSaved')}</p>;
  return (
    <div className="library-form">
      <p className="desk-dim">{t('library.scheduleText')}</p>
      {entries.length === 0 && <p>{t('library.noSchedule')}</p>}
      {entries.map((entry) => (
        <div key={entry.id} className="schedule-entry">
          <Select
            aria-label={t('library.screen')}
            w={130}
            allowDeselect={false}
            value={entry.screenId}
            data={[...new Set([...screenIds, entry.screenId])]}
            onChange={(screenId) => set(entry.id, { screenId: screenId ?? entry.screenId })}
          />
          <Chip.Group
            multiple
            value={entry.weekdays.map(String)}
            onChange={(days) =>
              set(entry.id, { weekdays: weekdays.filter((day) => days.includes(String(day))) })
            }
          >
            <div className="desk-row">
              {weekdays.map((day) => (
                <Chip key={day} value={String(day)}>
                  {t(`weekday.${day}`)}
                </Chip>
              ))}
            </div>
          </Chip.Group>
          <TimeField
            label={t('library.from')}
            value={minuteText(entry.fromMinute)}
            isTime={isStart}
            onChange={(text) => set(entry.id, { fromMinute: minuteOf(text) ?? entry.fromMinute })}
          />
          <Select
            aria-label={t('library.shows')}
            className="schedule-shows"
            allowDeselect={false}
            value={`${entry.shows.type}/${entry.shows.id}`}
            data={saved.map(({ type, id, name }) => ({ value: `${type}/${id}`, label: name }))}
            onChange={(value) => {
              const shows = saved.find(({ type, id }) => value === `${type}/${id}`);
              if (shows !== undefined) set(entry.id, { shows: { type: shows.type, id: shows.id } });
            }}
          />
          <Button onClick={() => change(entries.filter(({ id }) => id !== entry.id))}>
            {t('library.remove')}
          </Button>
        </div>
      ))}
      {!hasDays && <p className="desk-not-normal">{t('library.scheduleNoDay')}</p>}
      {clashes && <p className="desk-not-normal">{t('library.scheduleClash')}</p>}
      <div className="dialog-buttons">
        <Button
          disabled={entries.length >= 200}
          onClick={() =>
            change([
              ...entries,
              {
                id: newCommandId(),
                screenId: screenIds[0] ?? 'main',
                weekdays: [1, 2, 3, 4, 5],
                fromMinute: 10 * 60,
                shows: { type: first.type, id: first.id },
              },
            ])
          }
        >
          {t('library.addEntry')}
        </Button>
        {draft !== undefined && <Button onClick={() => setDraft(undefined)}>{t('library.discard')}</Button>}
        <May asks="wall:saveSchedule">
          <Button
            variant="filled"
            disabled={!enabled || draft === undefined || !sound}
            onClick={() => {
              if (draft === undefined) return;
              void onSave(draft.base, [...draft.entries]).then((done) => {
                if (done) setDraft(undefined);
              });
            }}
          >
            {t('library.saveSchedule')}
          </Button>
        </May>
      </div>
    </div>
  );
}
