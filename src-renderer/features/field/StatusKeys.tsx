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

/** The member's status; one touch sets the next one. Touching the present status again checks in. */
export function StatusKeys({ store, onStatus }: StatusKeysProps) {
  const { t } = useTranslation();
  const current = useStore(store, shownStatus);
  const waiting = useStore(store, (state) => state.waiting.statuses.length > 0);
  const words = statusWords(t);
  // Only the command centre dispatches a member; the key is shown while the member is dispatched.
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
