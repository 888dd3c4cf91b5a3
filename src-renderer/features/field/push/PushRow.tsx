import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { PushStore } from './pushStore.ts';

/** Says plainly when a locked phone does not ring, and what can be done about it; nothing while it does. */
export function PushRow({ store, onAllow }: { store: PushStore; onAllow(): void }) {
  const { t } = useTranslation();
  const standing = useStore(store, (state) => state.standing);
  if (standing === 'unknown' || standing === 'on') return null;
  return (
    <div className="field-row" data-push={standing}>
      <span className="field-row-words">{t(`field.push.${standing}`)}</span>
      {standing === 'ask' && (
        <button type="button" className="field-switch" onClick={onAllow}>
          {t('field.push.allow')}
        </button>
      )}
    </div>
  );
}
