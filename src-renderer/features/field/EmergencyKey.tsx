import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from './fieldStore.ts';

/** What a held key has to do: `down` with the pointer that holds it, -1 for the keyboard. */
interface Hold {
  down(pointerId: number): void;
  up(): void;
}

/** SOS: held for three seconds, so that no pocket sends it. */
export function EmergencyKey({ store, hold }: { store: FieldStore; hold: Hold }) {
  const { t } = useTranslation();
  const state = useStore(store, ({ emergency }) => emergency.progress.state);
  const isArming = state === 'arming';
  return (
    <button
      type="button"
      className={isArming ? 'field-sos field-sos--arming' : 'field-sos'}
      data-state={state}
      onPointerDown={(event) => {
        event.preventDefault();
        hold.down(event.pointerId);
      }}
      onKeyDown={(event) => {
        if (event.key === ' ' || event.key === 'Enter') hold.down(-1);
      }}
      onKeyUp={hold.up}
      onContextMenu={(event) => event.preventDefault()}
    >
      <span className="field-sos-name">SOS</span>
      <span>{isArming ? t('field.sos.keepHolding') : t('field.sos.hold')}</span>
    </button>
  );
}
