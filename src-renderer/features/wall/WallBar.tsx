import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { ReactNode } from 'react';
import { liveTiles, type WallStore } from './wallStore.ts';

/** The wall's one line of words: what is shown and counted, where the hub let it in; the connection and the clock come from the surface. */
export function WallBar(props: { store: WallStore; isLetIn: boolean; children: ReactNode }) {
  const { store, isLetIn, children } = props;
  const { t } = useTranslation();
  const counts = useStore(store, (state) => state.wall?.counts);
  const { live, shown } = useStore(store, useShallow(liveTiles));
  return (
    <header className="wall-bar">
      <span className="wall-bar-name">{t('product.name')}</span>
      {isLetIn && counts !== undefined && (
        <dl className="wall-bar-counts">
          <Count label={t('bar.sites')} value={String(counts.sites)} />
          <Count label={t('bar.cameras')} value={String(counts.cameras)} />
          {shown > 0 && <Count label={t('bar.live')} value={t('bar.liveOf', { live, shown })} />}
        </dl>
      )}
      {children}
    </header>
  );
}

function Count({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
