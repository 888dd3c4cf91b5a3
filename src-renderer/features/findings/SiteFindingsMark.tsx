import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { marksOfSite, type FindingsStore } from './findingsStore.ts';
import '../../ui/findings/findingCard.css';
import './siteFindingsMark.css';

/** Beside a site, wherever it is shown: how many open findings it has, and its card. Nothing for a site without any. */
export function SiteFindingsMark({
  store,
  siteId,
  onOpen,
}: {
  store: FindingsStore;
  siteId: string | undefined;
  /** Shows the findings of the site. */
  onOpen(siteId: string): void;
}) {
  const { t } = useTranslation();
  const { count, card } = useStore(
    store,
    useShallow(({ findings }) => marksOfSite(findings, siteId)),
  );
  if (siteId === undefined || count === 0) return null;
  return (
    <button
      type="button"
      className="finding-site-mark"
      data-site-findings={count}
      onClick={() => onOpen(siteId)}
    >
      {card !== undefined && (
        <span className="finding-card" data-card={card}>
          {t(`findings.card.${card}`)}
        </span>
      )}{' '}
      {t('findings.ofSite', { count })}
    </button>
  );
}
