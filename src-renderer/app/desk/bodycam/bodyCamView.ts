import { bodyCamStreamId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { ShownCamera } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { SquadsState } from '../../../features/squads/squadsStore.ts';

/** A member's body cam as a camera, whatever state it is in; undefined for other cameras. */
export function bodyCamView(
  { members, squads }: Pick<SquadsState, 'members' | 'squads'>,
  cameraId: string | undefined,
): (ShownCamera & { memberId: string }) | undefined {
  for (const { memberId, name, squadId } of members.values()) {
    if (bodyCamStreamId(memberId) !== cameraId) continue;
    const squad = squads.find((one) => one.squadId === squadId);
    return {
      memberId,
      cameraId,
      externalId: cameraId,
      cameraName: name,
      siteId: `squad:${squadId}`,
      siteName: squad?.name ?? '',
      ...(squad?.nameEn === undefined ? {} : { siteNameEn: squad.nameEn }),
      isBodyCam: true,
    };
  }
  return undefined;
}
