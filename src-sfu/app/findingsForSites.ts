import { createSequence } from '../base/sequence.ts';
import type { FindingsService } from '../features/findings/findings.service.ts';
import type { SiteFindings } from '../features/findings/siteFindings.ts';
import type { Logger } from '../logger.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { AttachmentsFeature } from './attachments.ts';

/** Sends what changes of findings to the pages of their sites: only for a site of which a page is open is anything made. */
export function announceToSites(parts: {
  surfaces: Pick<Signaling, 'surfaces' | 'broadcast'>;
  findings: Pick<FindingsService, 'find' | 'onChanged'>;
  ofSites: Pick<SiteFindings, 'shown'>;
  attachments: Pick<AttachmentsFeature, 'onAdded'>;
  logger: Logger;
}): void {
  const { surfaces, findings, ofSites, attachments, logger } = parts;
  /** Notices of one finding go out in the order of its changes. */
  const { exclusive } = createSequence();
  const announce = (findingId: string): void => {
    exclusive(async () => {
      const finding = await findings.find(findingId);
      const siteId = finding?.place.siteId;
      if (finding === undefined || siteId === undefined || !isOpen(siteId)) return;
      surfaces.broadcast('findings:ownChanged', { findings: [await ofSites.shown(finding)] }, { siteId });
    }).catch((error: unknown) =>
      logger.error({ err: error, findingId }, 'a change of a finding could not be sent to its site'),
    );
  };
  const isOpen = (siteId: string): boolean =>
    surfaces
      .surfaces()
      .some(({ identity }) => identity?.principal.kind === 'site' && identity.principal.accountId === siteId);
  findings.onChanged(({ findingId }) => announce(findingId));
  attachments.onAdded(({ owner }) => {
    if (owner.kind === 'finding') announce(owner.id);
  });
}
