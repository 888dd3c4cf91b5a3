import type { NoticeAudience } from '../protocol/define.ts';
import { may, type Principal } from './principal.ts';

/** What a surface is, as far as it decides which notices it receives. */
export interface NoticeReceiver extends Pick<Principal, 'kind' | 'accountId' | 'role' | 'scope' | 'grants'> {
  /** The screen of the wall that it shows. */
  screenId?: string | undefined;
  /** For the phone of a signed-in member: the member, and the squad in which the member is now. */
  memberId?: string | undefined;
  squadId?: string | undefined;
}

/** What a notice is about. Example: `{ squadId: 'wenquan' }`. Empty: about the whole city. */
export interface NoticeSubject {
  screenId?: string;
  memberId?: string;
  squadId?: string;
  /** `undefined` where it is named: not known, so only for those who work for all districts. */
  district?: string | undefined;
  siteId?: string;
}

/** Whether the subject is the receiver's own screen, member or squad. */
function isOwn(receiver: NoticeReceiver, subject: NoticeSubject): boolean {
  return (
    (subject.screenId !== undefined && subject.screenId === receiver.screenId) ||
    (subject.memberId !== undefined && subject.memberId === receiver.memberId) ||
    (subject.squadId !== undefined && subject.squadId === receiver.squadId)
  );
}

/** Whether a surface receives a broadcast notice of this audience about this subject. */
export function receives(
  audience: NoticeAudience,
  receiver: NoticeReceiver,
  subject: NoticeSubject = {},
): boolean {
  switch (audience.to) {
    case 'addressee':
      return false;
    case 'everyone':
      return true;
    case 'holders':
      return (
        may(receiver, audience.capability, subject) &&
        (audience.without === undefined || !may(receiver, audience.without))
      );
    case 'scope':
      return may(receiver, audience.capability, subject) || receivesOwn(audience, receiver, subject);
    default:
      return unknownAudience(audience);
  }
}

/**
 * Whether a surface receives the notice only because it is about the surface's own squad, member or screen. Used where
 * those who see the whole city are notified of everything together.
 */
export function receivesOwn(
  audience: NoticeAudience,
  receiver: NoticeReceiver,
  subject: NoticeSubject,
): boolean {
  return (
    audience.to === 'scope' &&
    !may(receiver, audience.capability) &&
    may(receiver, audience.scopedCapability, 'district' in subject ? { district: subject.district } : {}) &&
    isOwn(receiver, subject)
  );
}

function unknownAudience(audience: never): never {
  throw new Error(`There is no audience ${JSON.stringify(audience)}.`);
}
