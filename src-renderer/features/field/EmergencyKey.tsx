import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { keyOf } from '../../ui/keys.ts';
import type { FieldStore } from './fieldStore.ts';

/** The owner of the held key (`HoldKey`). */
interface Hold {
  pointerDown(event: { pointerId: number }): void;
  pointerLeft(event: { pointerId: number }): void;
  keyDown(event: Pick<KeyboardEvent, 'code' | 'key' | 'repeat'>): void;
  up(): void;
}

/** SOS: held for three seconds, so that no pocket sends it. */
export function EmergencyKey({ store, hold }: { store: FieldStore; hold: Hold }) {
  const { t } = useTranslation();
  const state = useStore(store, ({ emergency }) => emergency.progress.state);
  const isArming = state === 'arming';
  useEffect(() => hold.up, [hold]);
  return (
    <button
      type="button"
      className={isArming ? 'field-sos field-sos--arming' : 'field-sos'}
      data-state={state}
      onPointerDown={(event) => {
        event.preventDefault();
        hold.pointerDown(event);
      }}
      onPointerLeave={hold.pointerLeft}
      onKeyDown={(event) => {
        const key = keyOf(event.nativeEvent);
        if (key !== ' ' && key !== 'Enter') return;
        event.preventDefault();
        hold.keyDown(event.nativeEvent);
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <span className="field-sos-name">SOS</span>
      <span>{isArming ? t('field.sos.keepHolding') : t('field.sos.hold')}</span>
    </button>
  );
}
