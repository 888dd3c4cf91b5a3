import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from './fieldStore.ts';
import { statusWords } from '../../ui/statusWords.ts';

/** Faults, and entries that wait to be sent; nothing while everything works. */
export function FieldStrips({ store }: { store: FieldStore }) {
  const { t } = useTranslation();
  const { waiting, refusedStatus, wakeLock, isSignOutHeld } = useStore(store);
  const refusals = {
    not_from_here: t('field.refused.notFromHere'),
    by_centre_only: t('field.refused.byCentreOnly'),
    overtaken: t('field.refused.overtaken'),
  };
  const count = waiting.statuses.length + waiting.positions.length;
  return (
    <div className="field-strips">
      {count > 0 && (
        <p className="field-strip" role="status">
          {t('field.waiting', { statuses: waiting.statuses.length, positions: waiting.positions.length })}
        </p>
      )}
      {refusedStatus !== undefined && (
        <p className="field-strip field-strip--wrong" role="alert">
          {t('field.refused.title', { status: statusWords(t)[refusedStatus.status] })}{' '}
          {refusedStatus.refusal === undefined ? t('field.refused.other') : refusals[refusedStatus.refusal]}
        </p>
      )}
      {isSignOutHeld && (
        <p className="field-strip field-strip--wrong" role="alert">
          {t('field.signOutHeld')}
        </p>
      )}
      {wakeLock === 'refused' && <p className="field-strip field-strip--wrong">{t('field.wakeRefused')}</p>}
    </div>
  );
}
