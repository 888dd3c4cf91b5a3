import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { SiteReport } from '../../../src-shared/sites/sites.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { SiteAlertCard } from './SiteAlertCard.tsx';
import type { SitePictures } from './SitePair.tsx';
import { sortedAlerts, type SiteStore } from './siteStore.ts';

export interface SiteAlertsProps {
  store: SiteStore;
  pictures: SitePictures;
  times: TimeFormat;
  nowMs: number;
  onSay(report: SiteReport): void;
}

/** The alerts of the site's cameras: open ones first, then those of the last days. */
export function SiteAlerts({ store, pictures, times, nowMs, onSay }: SiteAlertsProps) {
  const { t } = useTranslation();
  const { alerts, waiting, refused, openAlertId, isSilent } = useStore(store);
  const sorted = sortedAlerts(alerts?.values() ?? []);
  const open = sorted.filter(({ state }) => state === 'open').length;
  return (
    <section className="site-section" aria-labelledby="site-alerts">
      <h2 id="site-alerts">{t('site.alert.title', { count: open })}</h2>
      {isSilent && <p className="site-quiet">{t('site.alert.silent')}</p>}
      {alerts === undefined && <p className="site-quiet">{t('site.alert.reading')}</p>}
      {alerts !== undefined && sorted.length === 0 && <p className="site-quiet">{t('site.alert.none')}</p>}
      <ul className="site-list">
        {sorted.map((alert) => (
          <SiteAlertCard
            key={alert.alertId}
            alert={alert}
            waiting={waiting.filter(({ report }) => report.alertId === alert.alertId)}
            refused={refused.get(alert.alertId)}
            isOpen={openAlertId === alert.alertId}
            pictures={pictures}
            times={times}
            nowMs={nowMs}
            onOpen={(isOpen) => store.setState({ openAlertId: isOpen ? alert.alertId : undefined })}
            onSay={onSay}
          />
        ))}
      </ul>
    </section>
  );
}
