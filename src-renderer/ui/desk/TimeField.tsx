import { TextInput } from '@mantine/core';
import { useState } from 'react';

export interface TimeFieldProps {
  label: string;
  /** `11:30`, as the owner writes it. */
  value: string;
  /** Whether a text is a time that can be taken. */
  isTime(text: string): boolean;
  onChange(text: string): void;
}

/** A time of day, 24 hours in every language; a browser's own field would follow the machine's habits. */
export function TimeField({ label, value, isTime, onChange }: TimeFieldProps) {
  const [typed, setTyped] = useState<string>();
  const wrong = typed !== undefined && !isTime(typed);
  return (
    <TextInput
      aria-label={label}
      className="desk-time"
      inputMode="numeric"
      placeholder="00:00"
      maxLength={5}
      value={typed ?? value}
      error={wrong}
      onChange={(event) => {
        const text = event.currentTarget.value.replace('：', ':');
        setTyped(text);
        if (isTime(text)) onChange(text);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
