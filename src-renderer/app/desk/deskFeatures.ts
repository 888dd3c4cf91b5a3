import { createAccountsFeature } from './accounts/accountsFeature.tsx';
import { createAlertsFeature } from './alerts/alertsFeature.tsx';
import { createHistoryFeature } from './alerts/historyFeature.tsx';
import { createBoardFeature } from './board/boardFeature.tsx';
import { createBodyCamFeature } from './bodycam/bodyCamFeature.ts';
import { createAttachmentsFeature } from './attachments/attachmentsFeature.tsx';
import { createAuditFeature } from './audit/auditFeature.tsx';
import { createCamerasFeature } from './cameras/camerasFeature.tsx';
import { createHealthFeature } from './cameras/healthFeature.tsx';
import { createOverdueFeature } from './overdue/overdueFeature.tsx';
import { createOnvifFeature } from './onvif/onvifFeature.ts';
import { createCascadeFeature } from './cascade/cascadeFeature.tsx';
import { createRecordersFeature } from './recorders/recordersFeature.tsx';
import { createRegistryFeature } from './cameras/registryFeature.tsx';
import { createCitizensFeature } from './citizens/citizensFeature.tsx';
import { createDiagnosticsFeature } from './diagnostics/diagnosticsFeature.tsx';
import { createMediaFeature } from '../shared/mediaFeature.ts';
import type { DeskParts } from './deskParts.ts';
import { createGuideFeature } from './guide/guideFeature.tsx';
import { createKitchenTalkFeature } from './kitchenTalk/kitchenTalkFeature.tsx';
import { createLoudspeakersFeature } from './loudspeakers/loudspeakersFeature.tsx';
import { createMapFeature } from './map/mapFeature.tsx';
import { createRetentionFeature } from './retention/retentionFeature.tsx';
import { createPublicFeature } from './public/publicFeature.tsx';
import { createSitesFeature } from './sites/sitesFeature.tsx';
import { createShiftsFeature } from './shifts/shiftsFeature.tsx';
import { createShowcaseFeature } from './showcase/showcaseFeature.tsx';
import { createSquadsFeature } from './squads/squadsFeature.tsx';
import { createOrdersFeature } from './orders/ordersFeature.tsx';
import { createFindingsFeature } from './findings/findingsFeature.tsx';
import { createTalkFeature } from './talk/talkFeature.tsx';
import { createTimelineFeature } from './timeline/timelineFeature.tsx';
import { createTurningFeature } from './turning/turningFeature.tsx';
import { createLibraryFeature } from './wall/libraryFeature.tsx';
import { createWebhooksFeature } from './webhooks/webhooksFeature.tsx';
import { createWallFeature } from './wall/wallFeature.tsx';

/**
 * The features of the desk: a new one is one entry here. Views have their tabs and number keys in this order, and features
 * take snapshots and notices in this order. A later feature lies over an earlier one: its panels are drawn in place of those
 * of earlier features, and it is the first to get a key.
 */
export function createDeskFeatures(parts: DeskParts) {
  return [
    createMediaFeature(parts.receiver),
    createWallFeature(parts),
    createLibraryFeature(parts),
    createHealthFeature(parts),
    createRegistryFeature(parts),
    createMapFeature(parts),
    createHistoryFeature(parts),
    createSquadsFeature(parts),
    createBodyCamFeature(parts),
    createAuditFeature(parts),
    createOrdersFeature(parts),
    createFindingsFeature(parts),
    createAttachmentsFeature(parts),
    createBoardFeature(parts),
    createShiftsFeature(parts),
    createShowcaseFeature(parts),
    createCitizensFeature(parts),
    createDiagnosticsFeature(parts),
    createCamerasFeature(parts),
    createTalkFeature(parts),
    createAlertsFeature(parts),
    createSitesFeature(parts),
    createPublicFeature(parts),
    createWebhooksFeature(parts),
    createRecordersFeature(parts),
    createOnvifFeature(parts),
    createCascadeFeature(parts),
    createTimelineFeature(parts),
    createAccountsFeature(parts),
    createRetentionFeature(parts),
    createTurningFeature(parts),
    createKitchenTalkFeature(parts),
    createOverdueFeature(parts),
    createLoudspeakersFeature(parts),
    createGuideFeature(parts),
  ] as const;
}
