import { Button, Checkbox } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import './rankedPeople.css';

/** Somebody of a ranking, in words. */
export interface RankedPerson {
  id: string;
  name: string;
  /** The words of the key: the name, and what distinguishes this one from others of that name. */
  label: string;
  reasons: string;
  /** The one that is meant by default. */
  isFirst?: boolean;
}

/** Who is chosen of a ranking. */
export function useChosen(): {
  chosenIds: readonly string[];
  toggle(id: string): void;
  clear(): void;
} {
  const [chosenIds, setChosenIds] = useState<readonly string[]>([]);
  return {
    chosenIds,
    toggle: (id) =>
      setChosenIds((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id])),
    clear: () => setChosenIds([]),
  };
}

/** A ranking of people, the best first: a box chooses one of several, and the key of each is one press. */
export function RankedPeople({
  people,
  chosenIds,
  enabled,
  marks,
  onToggle,
  onPress,
}: {
  people: readonly RankedPerson[];
  chosenIds: readonly string[];
  enabled: boolean;
  /** The attributes by which the page finds box and key of each: `data-…`. */
  marks: { box: `data-${string}`; key: `data-${string}` };
  onToggle(id: string): void;
  onPress(id: string): void;
}) {
  const { t } = useTranslation();
  return (
    <ol className="ranked-people">
      {people.map(({ id, name, label, reasons, isFirst = false }) => (
        <li key={id}>
          <Checkbox
            aria-label={t('orders.crew.with', { name })}
            checked={chosenIds.includes(id)}
            disabled={!enabled}
            {...{ [marks.box]: id }}
            onChange={() => onToggle(id)}
          />
          <Button
            variant={isFirst ? 'filled' : 'default'}
            justify="flex-start"
            fullWidth
            disabled={!enabled}
            {...{ [marks.key]: id }}
            onClick={() => onPress(id)}
          >
            {label}
          </Button>
          <span className="desk-dim">{reasons}</span>
        </li>
      ))}
    </ol>
  );
}

/** What is done with those who are chosen; children stand before its key. */
export function ChosenPeople({
  words,
  mark,
  enabled,
  onDo,
  onClear,
  children,
}: {
  words: string;
  mark: `data-${string}`;
  enabled: boolean;
  onDo(): void;
  onClear(): void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="chosen-people">
      {children}
      <Button variant="filled" disabled={!enabled} {...{ [mark]: true }} onClick={onDo}>
        {words}
      </Button>
      <Button variant="subtle" color="gray" onClick={onClear}>
        {t('orders.crew.none')}
      </Button>
    </div>
  );
}
