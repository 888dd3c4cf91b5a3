import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { keyOf } from '../../ui/keys.ts';
import type { SessionStore } from '../shared/sessionStore.ts';
import type { DeskStore } from './DeskState.ts';

export interface DeskOfficerProps {
  desk: DeskStore;
  session: SessionStore;
  /** The officer entered a name. */
  onOfficer(name: string): void;
}

/**
 * The name of the officer at the desk, so that histories name a person. The desk asks for it until it is entered, but
 * everything works without it: an alert can be acknowledged before.
 */
export function DeskOfficer({ desk, session, onOfficer }: DeskOfficerProps) {
  const { t } = useTranslation();
  const name = useStore(desk, (state) => state.officerName);
  const everJoined = useStore(session, (state) => state.everJoined);
  const [typed, setTyped] = useState<string>();
  if (!everJoined) return null;
  if (name !== undefined && typed === undefined) {
    return (
      <Button
        variant="subtle"
        color="gray"
        className="desk-officer"
        title={t('desk.officerChange')}
        onClick={() => setTyped(name)}
      >
        {name}
      </Button>
    );
  }
  const isWhole = (typed ?? '').trim() !== '';
  return (
    <form
      className={name === undefined ? 'desk-officer-form desk-officer-form--asks' : 'desk-officer-form'}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole) return;
        onOfficer(typed ?? '');
        setTyped(undefined);
      }}
    >
      <TextInput
        aria-label={t('desk.officer')}
        placeholder={t('desk.officer')}
        maxLength={40}
        autoFocus={name !== undefined}
        value={typed ?? ''}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (keyOf(event.nativeEvent) === 'Escape') setTyped(undefined);
        }}
      />
      <Button type="submit" disabled={!isWhole}>
        {t('desk.officerKeep')}
      </Button>
    </form>
  );
}
