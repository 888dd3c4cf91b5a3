import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { SiteAppeal } from '../../../src-shared/sites/siteAlerts.ts';
import { may } from '../../../src-shared/session/principal.ts';
import type { TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { TimelineSource } from './timeline.ports.ts';
import { resourceOfAlert } from './timelineCases.ts';

/** What sites said about alerts, by the alert; alerts about which nothing was said are left out. */
export interface SiteWords {
  factsOf(
    alertIds: readonly string[],
  ): Promise<ReadonlyMap<string, { seenAtMs?: number | undefined; appeal?: SiteAppeal | undefined }>>;
}

/** The site's side of an alert: seen, appealed with a reason, and what was decided about the appeal. */
export function siteSource(sites: SiteWords): TimelineSource {
  return {
    lanes: ['alert'],
    isOpenTo: (asker) => may(asker, 'alerts:viewDetails'),
    async eventsOf({ alerts }, { fromMs, toMs }, asker, limit) {
      const seen = alerts.filter((alert) => may(asker, 'alerts:viewDetails', resourceOfAlert(alert)));
      const facts = await sites.factsOf(seen.map(({ alertId }) => alertId));
      return seen
        .flatMap((alert) => eventsOfAlert(alert, facts.get(alert.alertId) ?? {}))
        .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
        .toSorted((one, other) => one.atMs - other.atMs)
        .slice(0, limit);
    },
  };
}

/** When a site last said something about an alert, or an appeal was decided; 0 where nothing was said. */
export async function lastSiteWord(sites: SiteWords, alertId: string | undefined): Promise<number> {
  if (alertId === undefined) return 0;
  const { seenAtMs = 0, appeal } = (await sites.factsOf([alertId])).get(alertId) ?? {};
  return Math.max(seenAtMs, appeal?.madeAtMs ?? 0, appeal?.decidedAtMs ?? 0);
}

function eventsOfAlert(
  { alertId, kindId, place }: Alert,
  { seenAtMs, appeal }: { seenAtMs?: number | undefined; appeal?: SiteAppeal | undefined },
): TimelineEvent[] {
  const base = { lane: 'alert' as const, about: kindId };
  const site = place === undefined ? {} : { actor: place.siteId };
  const events: TimelineEvent[] = [];
  if (seenAtMs !== undefined) {
    events.push({ ...base, ...site, eventId: `site:${alertId}:seen`, what: 'siteSeen', atMs: seenAtMs });
  }
  if (appeal === undefined) return events;
  const { madeAtMs, reason, note, state, decidedAtMs, decidedBy, answer } = appeal;
  events.push({
    ...base,
    ...site,
    eventId: `site:${alertId}:appealed`,
    what: 'siteAppealed',
    atMs: madeAtMs,
    reason,
    ...(note === undefined ? {} : { text: note }),
  });
  if (state !== 'waiting' && decidedAtMs !== undefined) {
    events.push({
      ...base,
      eventId: `site:${alertId}:decided`,
      what: state === 'upheld' ? 'siteAppealUpheld' : 'siteAppealDeclined',
      atMs: decidedAtMs,
      ...(decidedBy === undefined ? {} : { actor: decidedBy }),
      ...(answer === undefined ? {} : { text: answer }),
    });
  }
  return events;
}
