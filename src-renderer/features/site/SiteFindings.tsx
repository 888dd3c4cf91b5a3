import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isWithSite } from '../../../src-shared/findings/findingTimes.ts';
import type { SiteFinding, SiteFindingDeed } from '../../../src-shared/findings/siteFindings.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { SiteFindingCard } from './SiteFindingCard.tsx';
import type { SiteFindingPictures } from './SiteFindingPhotographs.tsx';
import { sortedFindings, type SiteFindingsStore } from './siteFindingsStore.ts';

export interface SiteFindingsProps {
  store: SiteFindingsStore;
  pictures: SiteFindingPictures;
  times: TimeFormat;
  nowMs: number;
  onSay(finding: SiteFinding, deed: SiteFindingDeed): void;
  /** The keys that take photographs for a finding, and what of them is not sent yet. */
  photographKeys(findingId: string): ReactNode;
}

/** What was found wrong at the site: first what it has to correct, by the dates. */
export function SiteFindings({ store, onSay, ...shown }: SiteFindingsProps) {
  const { t } = useTranslation();
  const { findings, waiting, refused, openFindingId } = useStore(store);
  const sorted = sortedFindings(findings?.values() ?? []);
  const ours = sorted.filter(isWithSite).length;
  return (
    <section className="site-section" aria-labelledby="site-findings">
      <h2 id="site-findings">{t('site.finding.title', { count: ours })}</h2>
      {findings === undefined && <p className="site-quiet">{t('site.alert.reading')}</p>}
      {findings !== undefined && sorted.length === 0 && (
        <p className="site-quiet">{t('site.finding.none')}</p>
      )}
      <ul className="site-list">
        {sorted.map((finding) => (
          <SiteFindingCard
            key={finding.findingId}
            {...shown}
            finding={finding}
            waits={waiting.some(({ findingId }) => findingId === finding.findingId)}
            refused={refused.get(finding.findingId)}
            isOpen={openFindingId === finding.findingId}
            onOpen={(isOpen) => store.setState({ openFindingId: isOpen ? finding.findingId : undefined })}
            onSay={(deed) => onSay(finding, deed)}
          />
        ))}
      </ul>
    </section>
  );
}
