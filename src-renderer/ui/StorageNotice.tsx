import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './storageNotice.css';

export interface StorageNoticeProps {
  trouble: 'blocked' | 'full';
  /** Goes by itself after so long, where nobody can click it away. Milliseconds. */
  goesAfterMs?: number | undefined;
}

/** Says that this browser keeps nothing for the next start. Everything works all the same. */
export function StorageNotice({ trouble, goesAfterMs }: StorageNoticeProps) {
  const { t } = useTranslation();
  const [isRead, setRead] = useState(false);
  useEffect(() => {
    if (goesAfterMs === undefined) return undefined;
    const timer = setTimeout(() => setRead(true), goesAfterMs);
    return () => clearTimeout(timer);
  }, [goesAfterMs]);
  if (isRead) return null;
  return (
    <div className="storage-notice" role="status" data-storage-trouble={trouble}>
      <span>{trouble === 'blocked' ? t('storage.blocked') : t('storage.full')}</span>
      <button type="button" onClick={() => setRead(true)}>
        {t('storage.read')}
      </button>
    </div>
  );
}
