import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  mayChangeStatus,
  memberStatuses,
  type MemberStatus,
} from '../../../src-shared/squads/memberStatus.ts';
import { statusWords } from '../../ui/statusWords.ts';
import { shownStatus, type FieldStore } from './fieldStore.ts';

export interface StatusKeysProps {
  store: FieldStore;
  onStatus(status: MemberStatus): void;
}

/** The member's status, and the next one in one touch. The present one again says that all is well. */
export function StatusKeys({ store, onStatus }: StatusKeysProps) {
  const { t } = useTranslation();
  const current = useStore(store, shownStatus);
  const waiting = useStore(store, (state) => state.waiting.statuses.length > 0);
  const words = statusWords(t);
  // Only the centre sends somebody out; the key is there while it has.
  const shown = memberStatuses.filter((status) => status !== 'dispatched' || current === 'dispatched');
  return (
    <div className="field-statuses" role="group" aria-label={t('field.status.title')}>
      {shown.map((status) => (
        <button
          key={status}
          type="button"
          className="field-status"
          aria-pressed={status === current}
          data-status={status}
          disabled={current === undefined || !mayChangeStatus(current, status, 'member')}
          onClick={() => onStatus(status)}
        >
          {words[status]}
          {status === current && waiting && (
            <span className="field-status-waits">{t('field.status.waits')}</span>
          )}
        </button>
      ))}
    </div>
  );
}
