import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { SiteAlert } from '../../../src-shared/sites/siteAlerts.ts';
import { commandOf } from '../../base/commandIds.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { SiteLinks } from './siteLinks.ts';
import type { SiteReports } from './siteReports.ts';
import type { SitesRepository } from './sites.repository.ts';

type SiteRequestName = Extract<keyof RequestHandlers, `sites:${string}`>;

export interface SiteHandlersOptions {
  links: SiteLinks;
  reports: SiteReports;
  repository: Pick<SitesRepository, 'factsOf'>;
  alert(alertId: string): Promise<Alert | undefined>;
  /** The alerts of a site that its page shows. */
  alertsOf(siteId: string): Promise<SiteAlert[]>;
  /** The checked picture of an alert. */
  pictureOf(context: SurfaceContext, alertId: string): Promise<Ack<OutputOf<'alerts:getSnapshot'>>>;
  /** Whether the camera of an alert was turned since its picture was taken. */
  isTurnedSince(alert: Alert): Promise<boolean>;
}

/** Requests of desks about sites, and of sites about themselves. Which site a phone belongs to was decided by its sign-in, not by its messages. */
export function createSiteHandlers(options: SiteHandlersOptions): RequestHandlers<SiteRequestName> {
  const { links, reports, repository } = options;
  const asSite = async <T>(
    { identity }: SurfaceContext,
    work: (site: { siteId: string; name: string }) => Promise<Ack<T>>,
  ): Promise<Ack<T>> => {
    if (identity?.principal.kind !== 'site') {
      return refuse('not_joined', 'This phone is not signed in. Open a link of the command centre.', {
        reason: 'sites.not_signed_in',
      });
    }
    return work({ siteId: identity.principal.accountId, name: identity.principal.name });
  };
  return {
    'sites:makeLink': (context, { commandId, ...input }) =>
      links.make(input, deskName(context), commandOf(context.identity?.principal, commandId)),
    'sites:listLinks': (_context, { siteId }) => ok({ links: links.listOf(siteId) }),
    'sites:revokeLink': async (context, { siteId, linkId }) => {
      const ended = await links.end(siteId, linkId, 'revoked', deskName(context));
      return ended.ok ? ok({}) : ended;
    },
    'sites:readAlert': async (_context, { alertId }) => {
      const alert = await options.alert(alertId);
      if (alert === undefined) return noSuchAlert();
      const facts = (await repository.factsOf([alertId])).get(alertId) ?? {};
      return ok({ phones: links.phonesOf(alert.place?.siteId ?? ''), ...facts });
    },
    'sites:decideAppeal': (context, { alertId, decision }) => {
      const { accountId: id = context.connectionId } = context.identity?.principal ?? {};
      return reports.decide(alertId, decision, { id, name: deskName(context) });
    },
    'sites:readAlerts': (context) =>
      asSite(context, async ({ siteId }) => ok({ alerts: await options.alertsOf(siteId) })),
    'sites:getAlertPicture': (context, { alertId }) =>
      asSite(context, async ({ siteId }) => {
        const alert = await options.alert(alertId);
        if (alert?.place?.siteId !== siteId) return noSuchAlert();
        const picture = await options.pictureOf(context, alertId);
        const isTurned = picture.ok && picture.data.state === 'ready' && (await options.isTurnedSince(alert));
        return isTurned ? ok({ ...picture.data, isTurned }) : picture;
      }),
    'sites:report': (context, input) =>
      asSite(context, async (site) => ok(await reports.report(site, input.reports))),
  };
}

function noSuchAlert(): Ack<never> {
  return refuse('not_found', 'There is no such alert.', { reason: 'sites.no_such_alert' });
}
