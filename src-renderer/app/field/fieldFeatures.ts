import { createAttachmentsFeature } from './attachments/attachmentsFeature.tsx';
import { createBodyCamFeature } from './bodycam/bodyCamFeature.tsx';
import type { FieldParts } from './fieldParts.ts';
import { createFindingsFeature } from './findings/findingsFeature.tsx';
import { createOrdersFeature } from './orders/ordersFeature.tsx';
import { createPushFeature } from './push/pushFeature.tsx';
import { createSignInFeature } from './signInFeature.ts';
import { createEmergencyFeature } from './squads/emergencyFeature.tsx';
import { createLeaderFeature } from './squads/leaderFeature.tsx';
import { createMemberFeature } from './squads/memberFeature.ts';
import { createPositionFeature } from './squads/positionFeature.tsx';
import { createStatusFeature } from './squads/statusFeature.tsx';
import { createTalkFeature } from './talk/talkFeature.tsx';

/**
 * The features of a member's phone: a new one is one entry here. They take snapshots and notices in this order: talk first,
 * so that somebody who speaks now is heard at once.
 */
export function createFieldFeatures(parts: FieldParts) {
  return [
    createTalkFeature(parts),
    createSignInFeature(parts),
    createMemberFeature(parts),
    createBodyCamFeature(parts),
    createPositionFeature(parts),
    createEmergencyFeature(parts),
    createStatusFeature(parts),
    createLeaderFeature(parts),
    createOrdersFeature(parts),
    createAttachmentsFeature(parts),
    createFindingsFeature(parts),
    createPushFeature(parts),
  ] as const;
}
