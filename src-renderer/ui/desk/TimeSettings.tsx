import { Button, NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A time of the settings in a unit that people count in. What is outside of its bounds is marked and never changed by itself. */
export function TimeInput({
  label,
  name,
  valueMs,
  unitMs,
  bounds: [leastMs, mostMs],
  onChange,
}: {
  label: string;
  /** For whoever looks for the field in the page. */
  name: string;
  valueMs: number;
  unitMs: number;
  bounds: readonly [leastMs: number, mostMs: number];
  onChange(valueMs: number): void;
}) {
  return (
    <NumberInput
      label={label}
      data-time={name}
      min={leastMs / unitMs}
      max={mostMs / unitMs}
      clampBehavior="none"
      error={valueMs < leastMs || valueMs > mostMs}
      value={valueMs / unitMs}
      onChange={(value) => onChange(Math.round(Number(value) * unitMs))}
    />
  );
}

/** The end of a form of settings: what is wrong, the key that saves, and the one that gives the changes up. */
export function SettingsKeys({
  className,
  invalidText,
  isValid,
  isChanged,
  enabled,
  onDiscard,
}: {
  className: string;
  invalidText: string;
  isValid: boolean;
  isChanged: boolean;
  enabled: boolean;
  onDiscard(): void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {!isValid && (
        <p className="desk-not-normal" role="alert">
          {invalidText}
        </p>
      )}
      <div className={className}>
        <Button type="submit" variant="filled" disabled={!enabled || !isChanged || !isValid}>
          {t('orders.settings.save')}
        </Button>
        <Button disabled={!isChanged} onClick={onDiscard}>
          {t('orders.settings.discard')}
        </Button>
      </div>
    </>
  );
}
