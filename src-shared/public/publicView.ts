import {
  isConsentStanding,
  isForbiddenRoom,
  type Curtain,
  type Publication,
  type RoomKind,
} from './publication.ts';
import { isWithinHours, type PublicMoment } from './publicHours.ts';

/** A camera, as far as it decides whether the public may see it. */
export interface PublicCamera {
  name: string;
  nameEn?: string;
  room?: RoomKind;
  curtain?: Curtain;
}

/** A site, as far as it decides whether the public may see its cameras. */
export interface PublicSite {
  /** Undefined for a site of which nothing was ever recorded. */
  publication?: Publication;
  curtain?: Curtain;
}

/** Why a camera is not public, the gravest reason first. */
export const hiddenReasons = [
  'forbidden_room',
  'no_consent',
  'consent_withdrawn',
  'curtain_over_site',
  'curtain_over_camera',
  'outside_hours',
] as const;
export type HiddenReason = (typeof hiddenReasons)[number];

/**
 * Whether the public may see a camera now, and why not. This is the only place where it is decided. What is not known is not shown.
 */
export function mayShow(
  camera: PublicCamera,
  site: PublicSite,
  now: PublicMoment,
): { shown: true } | { shown: false; reason: HiddenReason } {
  const reason = hiddenReason(camera, site, now);
  return reason === undefined ? { shown: true } : { shown: false, reason };
}

function hiddenReason(
  camera: PublicCamera,
  { publication, curtain }: PublicSite,
  now: PublicMoment,
): HiddenReason | undefined {
  if (isForbiddenRoom(camera)) return 'forbidden_room';
  if (publication?.consent === undefined) return 'no_consent';
  if (!isConsentStanding(publication)) return 'consent_withdrawn';
  if (curtain !== undefined) return 'curtain_over_site';
  if (camera.curtain !== undefined) return 'curtain_over_camera';
  return publication.hours === undefined || isWithinHours(publication.hours, now)
    ? undefined
    : 'outside_hours';
}
