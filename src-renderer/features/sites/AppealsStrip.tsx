import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { SitesStore } from './sitesStore.ts';

/** How many appeals of sites wait for a decision, with a key to the oldest; nothing while there are none. */
export function AppealsStrip({ store, onOpen }: { store: SitesStore; onOpen(alertId: string): void }) {
  const { t } = useTranslation();
  const waiting = useStore(store, (state) => state.waiting);
  const [oldest] = [...waiting.values()].sort((left, right) => left.madeAtMs - right.madeAtMs);
  if (oldest === undefined) return null;
  return (
    <p className="desk-not-normal" role="status" data-appeals={waiting.size}>
      {t('sites.side.waiting', { count: waiting.size })}{' '}
      <Button size="compact-xs" onClick={() => onOpen(oldest.alertId)}>
        {t('sites.side.open')}
      </Button>
    </p>
  );
}
