import { createHash } from 'node:crypto';
import { isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';
import type { Logger } from '../../logger.ts';
import type { AttachmentOwnerRules, HubPicture } from '../../base/attachmentOwner.ts';
import type { FindingPictures, TimedPicture } from './findingPictures.ts';

/**
 * Who may add photographs to a finding, and see them: desks of its district, the phones of its order and of who found it, and the site
 * itself.
 */
export function createFindingAttachmentRules(parts: {
  find(findingId: string): Promise<Finding | undefined>;
  /** Everybody who has or had the order. */
  membersOfOrder(orderId: string): Promise<readonly string[]>;
  /** When an order was written; undefined where it is gone. */
  orderBeganAtMs(orderId: string): Promise<number | undefined>;
}): AttachmentOwnerRules {
  return {
    // What is found within an order may be photographed before it is written down.
    async beganAtMs(findingId) {
      const { orderId } = (await parts.find(findingId)) ?? {};
      return orderId === undefined ? undefined : parts.orderBeganAtMs(orderId);
    },
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

/** Keeps pictures that nobody has to take. A repeat keeps none twice. */
export interface FindingStills {
  /** Something was found: that of its alert and the last one of the camera; the site corrected it: the last one of the camera. */
  changed(finding: Finding, before: Finding | undefined): void;
  /** The picture of an alert can be shown now; what was found while it was still checked gets it. */
  alertPictured(alertId: string): void;
  /** Alerts' pictures that were ready while the hub was started. */
  begin(): void;
}

/** A finding that is older has its pictures; the check of one takes seconds. Milliseconds. */
const awaitedMs = 24 * 3_600_000;

export function createFindingStills(parts: {
  pictures: FindingPictures;
  add(findingId: string, jpeg: Uint8Array, picture: HubPicture): Promise<unknown>;
  cameraName(cameraId: string): string;
  /** Findings that are not ended. */
  open(): readonly Finding[];
  logger: Logger;
  nowMs(): number;
}): FindingStills {
  const { pictures } = parts;
  const add = async (
    { findingId, place }: Finding,
    picture: TimedPicture | undefined,
    purpose: 'before' | 'after',
    named: string,
  ): Promise<void> => {
    if (picture === undefined) return;
    const attachmentId = createHash('sha256').update(`${findingId} ${named}`).digest('hex').slice(0, 40);
    const cameraId = place.cameraId ?? '';
    const facts = { takenAtMs: picture.atMs, purpose, cameraId, cameraName: parts.cameraName(cameraId) };
    await parts.add(findingId, picture.jpeg, { attachmentId, ...facts });
  };
  /** The name of a still before says nothing of when it is kept: that of the alert may come later. */
  const addBefore = (finding: Finding, picture: TimedPicture | undefined): Promise<void> =>
    add(finding, picture, 'before', 'before 1 0');
  const keep = async (finding: Finding, purpose: 'before' | 'after'): Promise<void> => {
    const { before, now } = await pictures.pairOf(finding);
    if (purpose === 'after') return add(finding, now, 'after', `after ${finding.revision} 0`);
    await addBefore(finding, before);
    await add(finding, now, 'before', 'before 1 1');
  };
  const orWarn = (findingId: string, work: Promise<void>): void =>
    void work.catch((error: unknown) =>
      parts.logger.warn(
        { err: error, findingId },
        'pictures of the camera could not be kept with a finding; take photographs',
      ),
    );
  const keepAwaited = (isMeant: (finding: Finding) => boolean): void => {
    for (const finding of parts.open()) {
      if (finding.alertId === undefined || parts.nowMs() - finding.foundAtMs > awaitedMs) continue;
      if (!isMeant(finding)) continue;
      orWarn(
        finding.findingId,
        pictures.ofAlert(finding).then((picture) => addBefore(finding, picture)),
      );
    }
  };
  return {
    changed(finding, before) {
      const isNew = before === undefined && finding.closed === undefined && finding.withdrawn === undefined;
      const isCorrected =
        finding.answer?.kind === 'corrected' && finding.answer.atMs !== before?.answer?.atMs && !isNew;
      const purpose = isCorrected ? 'after' : isNew ? 'before' : undefined;
      if (purpose !== undefined) orWarn(finding.findingId, keep(finding, purpose));
    },
    alertPictured: (alertId) => keepAwaited((finding) => finding.alertId === alertId),
    begin: () => keepAwaited(() => true),
  };
}
