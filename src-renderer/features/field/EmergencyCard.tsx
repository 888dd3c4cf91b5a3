import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isEmergencyEnded } from '../../../src-shared/squads/emergency.ts';
import type { FieldStore } from './fieldStore.ts';
import { seatWords } from '../../ui/seatWords.ts';

/** The progress of the member's own SOS. It never says more than the command centre has really done. */
export function EmergencyCard({ store, onDismiss }: { store: FieldStore; onDismiss(): void }) {
  const { t } = useTranslation();
  const { progress, isAtHub, isStored } = useStore(store, ({ emergency }) => emergency);
  const { state, shown, acknowledged, ended } = progress;
  if (state === 'idle' || state === 'arming') return null;
  const words = {
    sent: isAtHub ? t('field.sos.atHub') : t('field.sos.sending'),
    shown: t('field.sos.shown', { by: seatWords(shown?.by ?? '', t) }),
    acknowledged: t('field.sos.acknowledged', { by: seatWords(acknowledged?.by ?? '', t) }),
    resolved: t('field.sos.resolved', { reason: ended?.reason ?? '' }),
    false: t('field.sos.false', { reason: ended?.reason ?? '' }),
  };
  const isEnded = isEmergencyEnded(progress);
  return (
    <section className={isEnded ? 'field-emergency field-emergency--ended' : 'field-emergency'} role="alert">
      <h2>{t('field.sos.title')}</h2>
      <p>{words[state]}</p>
      {isAtHub && !isStored && <p data-not-stored>{t('field.sos.notStored')}</p>}
      {isEnded && (
        <button type="button" className="field-key" onClick={onDismiss}>
          {t('field.sos.dismiss')}
        </button>
      )}
    </section>
  );
}
