/** The card that a site shows for its findings. */
import { findingCard } from './finding.ts';
import type { Finding } from './findings.protocol.ts';

export type SiteCard = NonNullable<ReturnType<typeof findingCard>>;

/** The worst card of each site that has one, by the site's id. */
export function cardsBySite(
  findings: Iterable<Pick<Finding, 'state' | 'escalation' | 'place'>>,
): Map<string, SiteCard> {
  const cards = new Map<string, SiteCard>();
  for (const finding of findings) {
    const card = findingCard(finding);
    const { siteId } = finding.place;
    if (card === undefined || siteId === undefined || cards.get(siteId) === 'red') continue;
    cards.set(siteId, card);
  }
  return cards;
}
