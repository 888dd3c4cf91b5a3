import { createHash } from 'node:crypto';
import { isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';
import type { Logger } from '../../logger.ts';
import type { AttachmentOwnerRules, HubPicture } from '../../base/attachmentOwner.ts';
import type { FindingPictures } from './findingPictures.ts';

/**
 * Who may add photographs to a finding, and see them: desks of its district, the phones of its order and of who found it, and the site
 * itself.
 */
export function createFindingAttachmentRules(parts: {
  find(findingId: string): Promise<Finding | undefined>;
  /** Everybody who has or had the order. */
  membersOfOrder(orderId: string): Promise<readonly string[]>;
}): AttachmentOwnerRules {
  return {
    async resourceOf(findingId) {
      const finding = await parts.find(findingId);
      return finding === undefined ? undefined : { district: finding.place.district };
    },
    async may(principal: Principal, what, findingId) {
      const capability = what === 'add' ? 'attachments:add' : 'attachments:view';
      if (!may(principal, capability)) return false;
      const finding = await parts.find(findingId);
      if (finding === undefined) return false;
      const { place, foundBy, orderId } = finding;
      // What was closed after a review is not added to by the site.
      if (principal.kind === 'site') {
        return place.siteId === principal.accountId && (what === 'see' || !isFindingEnded(finding));
      }
      if (principal.kind !== 'phone') return may(principal, capability, { district: place.district });
      if (foundBy.id === `member:${principal.accountId}`) return true;
      return orderId !== undefined && (await parts.membersOfOrder(orderId)).includes(principal.accountId);
    },
  };
}

/**
 * Keeps pictures that nobody has to take: that of the alert and the last one of the camera when something is found, and the last one of
 * the camera when the site has corrected it. A repeat keeps none twice.
 */
export function createFindingStills(parts: {
  pairOf: FindingPictures['pairOf'];
  add(findingId: string, jpeg: Uint8Array, picture: HubPicture): Promise<unknown>;
  cameraName(cameraId: string): string;
  logger: Logger;
}): (finding: Finding, before: Finding | undefined) => void {
  const keep = async (finding: Finding, purpose: 'before' | 'after', revision: number): Promise<void> => {
    const { findingId, place } = finding;
    const pair = await parts.pairOf(finding);
    const cameraId = place.cameraId ?? '';
    const cameraName = parts.cameraName(cameraId);
    const pictures = purpose === 'before' ? [pair.before, pair.now] : [pair.now];
    for (const [index, picture] of pictures.entries()) {
      if (picture === undefined) continue;
      const named = `${findingId} ${purpose} ${revision} ${index}`;
      const attachmentId = createHash('sha256').update(named).digest('hex').slice(0, 40);
      const facts = { attachmentId, takenAtMs: picture.atMs, purpose, cameraId, cameraName };
      await parts.add(findingId, picture.jpeg, facts);
    }
  };
  return (finding, before) => {
    const isNew = before === undefined && finding.closed === undefined && finding.withdrawn === undefined;
    const isCorrected =
      finding.answer?.kind === 'corrected' && finding.answer.atMs !== before?.answer?.atMs && !isNew;
    const purpose = isCorrected ? 'after' : isNew ? 'before' : undefined;
    if (purpose === undefined) return;
    keep(finding, purpose, finding.revision).catch((error: unknown) =>
      parts.logger.warn(
        { err: error, findingId: finding.findingId },
        'pictures of the camera could not be kept with a finding; take photographs',
      ),
    );
  };
}
