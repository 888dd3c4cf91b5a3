import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';

/** A field for a name and the button that saves it. The field is emptied after the name of something new was saved. */
export function NameForm({
  label,
  button,
  enabled,
  initial = '',
  onName,
}: {
  label: string;
  button: string;
  enabled: boolean;
  initial?: string;
  onName(name: string): Promise<boolean>;
}) {
  const [name, setName] = useState(initial);
  const wanted = name.trim();
  return (
    <form
      className="squad-name-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted === '' || wanted === initial) return;
        void onName(wanted).then((saved) => {
          if (saved && initial === '') setName('');
        });
      }}
    >
      <TextInput
        aria-label={label}
        placeholder={label}
        value={name}
        maxLength={40}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!enabled || wanted === '' || wanted === initial}>
        {button}
      </Button>
    </form>
  );
}
