import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from './fieldStore.ts';
import { positionStaleMs } from './positionSharing.ts';

export interface PositionRowProps {
  store: FieldStore;
  nowMs: number;
  onShare(isShared: boolean): void;
}

/** Whether the command centre receives this phone's position, its accuracy and its age. */
export function PositionRow({ store, nowMs, onShare }: PositionRowProps) {
  const { t } = useTranslation();
  const sharing = useStore(store, (state) => state.sharing);
  const isShared = sharing.state !== 'off';
  const isStale = sharing.state === 'on' && nowMs - sharing.measuredAtMs > positionStaleMs;
  const isWrong = sharing.state === 'denied' || sharing.state === 'unavailable' || isStale;
  const words = (): string => {
    switch (sharing.state) {
      case 'off':
        return t('field.position.off');
      case 'searching':
        return t('field.position.searching');
      case 'denied':
        return t('field.position.denied');
      case 'unavailable':
        return t('field.position.unavailable');
      case 'on':
        return t(isStale ? 'field.position.stale' : 'field.position.on', {
          seconds: Math.max(0, Math.round((nowMs - sharing.measuredAtMs) / 1_000)),
          metres: Math.round(sharing.accuracyM ?? 0),
        });
    }
  };
  return (
    <div className="field-row" data-sharing={isStale ? 'stale' : sharing.state}>
      <span className={isWrong ? 'field-row-words field-row-words--wrong' : 'field-row-words'}>
        {words()}
      </span>
      <button
        type="button"
        role="switch"
        aria-checked={isShared}
        className="field-switch"
        onClick={() => onShare(!isShared)}
      >
        {isShared ? t('field.position.stop') : t('field.position.share')}
      </button>
    </div>
  );
}
