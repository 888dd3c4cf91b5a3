import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { momentText, parseMoment } from '../../ui/moments.ts';

const minuteMs = 60_000;
/** Usual due times from now on, minutes. */
const usualMinutes = [30, 120, 1_440] as const;

/** The date by which something is due, as it is typed: `2026-11-29 18:00`, or nothing. */
export interface TypedDue {
  text: string;
  dueAtMs: number | undefined;
  problem: 'malformed' | 'past' | undefined;
}

/** Reads what was typed. */
export function readDue(text: string, nowMs: number): TypedDue {
  if (text.trim() === '') return { text, dueAtMs: undefined, problem: undefined };
  const dueAtMs = parseMoment(text);
  if (dueAtMs === undefined) return { text, dueAtMs, problem: 'malformed' };
  return { text, dueAtMs, problem: dueAtMs <= nowMs ? 'past' : undefined };
}

export function DueField({
  due,
  nowMs,
  onType,
}: {
  due: TypedDue;
  nowMs: number;
  onType(text: string): void;
}) {
  const { t } = useTranslation();
  return (
    <div className="order-form-row">
      <TextInput
        label={t('orders.form.due')}
        placeholder="2026-11-29 18:00"
        value={due.text}
        maxLength={20}
        error={due.problem === undefined ? undefined : t(`orders.form.dueProblem.${due.problem}`)}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      {usualMinutes.map((minutes) => (
        <Button
          key={minutes}
          size="compact-sm"
          onClick={() => onType(momentText(nowMs + minutes * minuteMs))}
        >
          {minutes < 60
            ? t('orders.form.inMinutes', { count: minutes })
            : t('orders.form.inHours', { count: minutes / 60 })}
        </Button>
      ))}
    </div>
  );
}
