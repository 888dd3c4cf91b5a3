import { createAccountsFeature, type AccountsFeature } from './accounts.ts';
import { createAlertsFeature } from './alerts.ts';
import { createAttachmentsFeature } from './attachments.ts';
import { createAuditFeature } from './audit.ts';
import { createBoardFeature } from './board.ts';
import { createBodyCamFeature } from './bodycam.ts';
import { createCamerasFeature } from './cameras.ts';
import { createCascadeFeature } from './cascade.ts';
import { createCitizensFeature } from './citizens.ts';
import { createCityApiFeature } from './cityApi.ts';
import { joinHandlers, type AnyFeature } from './contract.ts';
import { createDenialLog } from './denials.ts';
import { createDiagnosticsFeature } from './diagnostics.ts';
import { createDiscoveryFeature } from './discovery.ts';
import { openDoors } from './doors.ts';
import { createFindingsFeature } from './findings.ts';
import { createKitchenTalkFeature } from './kitchenTalk.ts';
import { createMapFeature } from './map.ts';
import { createOnvifFeature } from './onvif.ts';
import { createOnvifAlarms } from './onvifAlarms.ts';
import { createOrderPicturesFeature } from './orderPictures.ts';
import { createOrdersFeature, loadOrderSettings } from './orders.ts';
import { createMediaFeature } from './media.ts';
import { createPublicFeature } from './public.ts';
import { connectRecorderAlarms } from './recorderAlarms.ts';
import { createRecorderPlaybackFeature } from './recorderPlayback.ts';
import { createRecordersFeature } from './recorders.ts';
import { createRequestScopes } from './requestScopes.ts';
import { joinScopes } from '../base/requestScopes.ts';
import { createPushFeature } from './push.ts';
import { createRetentionFeature } from './retention.ts';
import { createSessionFeature } from './session.ts';
import { createSitesFeature } from './sites.ts';
import { createShowcaseFeature } from './showcase.ts';
import { createShiftsFeature } from './shifts.ts';
import { createSquadsFeature } from './squads.ts';
import { createTalkFeature } from './talk.ts';
import { createTimelineFeature } from './timeline.ts';
import { createTurningFeature } from './turning.ts';
import { createTrustFeature, type TrustFeature } from './trust.ts';
import { createWebhooksFeature } from './webhooks.ts';
import { createWallFeature } from './wall.ts';
import { createWallCaseFeature } from './wallCase.ts';
import { createWhepFeature } from './whep.ts';
import { createVoices } from '../media/voices.ts';
import type { Closers } from './closers.ts';
import type { Drivers } from './drivers.ts';
import type { NetworkParts } from './network.ts';

/** Every feature of the hub in its order, and what the network needs of them together. */
export interface Features extends NetworkParts {
  trust: TrustFeature;
  accounts: AccountsFeature;
}

/** Makes every feature of the hub, each from the drivers and from what earlier features offer. Throws when one does not start. */
export async function createFeatures(drivers: Drivers, { closing }: Closers): Promise<Features> {
  const { denied } = closing(createDenialLog(drivers));
  const voices = createVoices(drivers);
  const squads = closing(await createSquadsFeature(drivers, { denied }));
  const bodycam = closing(await createBodyCamFeature(drivers, { squads, voices, denied }));
  const { sending, viewing, shown } = bodycam;
  const cameras = closing(await createCamerasFeature(drivers, { bodyCams: viewing }));
  const recorders = closing(await createRecordersFeature(drivers, { cameras }));
  const onvif = closing(await createOnvifFeature(drivers, { cameras }));
  const { presets } = onvif;
  const turning = closing(await createTurningFeature(drivers, { cameras, presets }));
  const wall = closing(await createWallFeature(drivers, { cameras, bodyCams: shown }));
  const orderSettings = await loadOrderSettings(drivers);
  const alerts = closing(
    await createAlertsFeature(drivers, { cameras, wall: wall.wall, denied, orderSettings }),
  );
  connectRecorderAlarms(drivers, { recorders: recorders.service, cameras, alerts });
  const onvifAlarms = closing(createOnvifAlarms(drivers, { onvif: onvif.service, cameras, alerts }));
  const audit = closing(createAuditFeature(drivers, { wall: wall.wall }));
  const { views } = audit;
  const playback = createRecorderPlaybackFeature(drivers, { cameras, alerts, views });
  const orders = closing(await createOrdersFeature(drivers, { squads, alerts, orderSettings }));
  const wallCase = createWallCaseFeature(drivers, { wall: wall.wall, orders });
  const talk = closing(await createTalkFeature(drivers, { squads, voices, sending, orders }));
  const kitchenTalk = closing(
    await createKitchenTalkFeature(drivers, { alerts, cameras, recorders, sending, squads }),
  );
  const attachments = closing(await createAttachmentsFeature(drivers, { orders }));
  const orderPictures = closing(
    createOrderPicturesFeature(drivers, { alerts, cameras, orders, attachments }),
  );
  const push = closing(await createPushFeature(drivers, { squads, orders }));
  const findings = closing(
    await createFindingsFeature(drivers, { squads, cameras, alerts, orders, attachments, turning }),
  );
  const board = closing(createBoardFeature(drivers, { squads, alerts, findings, orderSettings }));
  attachments.onOpened(audit.glanced('attachments:view'));
  alerts.onSnapshotOpened(audit.glanced('alerts:viewSnapshot'));
  cameras.onPosterOpened(audit.glanced('cameras:view'));
  cameras.onStreamOpened(audit.streamOpened);
  const timeline = closing(
    await createTimelineFeature(drivers, { squads, orders, cameras, alerts, findings, attachments, audit }),
  );
  const map = closing(await createMapFeature(drivers, { cameras, findings }));
  const trust = closing(createTrustFeature(drivers));
  const discovery = closing(createDiscoveryFeature(drivers, trust));
  const webhooks = closing(await createWebhooksFeature(drivers, { orders, findings, trust }));
  const { keyEndsAtMs } = alerts;
  const whep = closing(createWhepFeature(drivers, { cameras, keyEndsAtMs, views }));
  const cascade = closing(await createCascadeFeature(drivers, { cameras, recorders, turning, views }));
  const sites = closing(await createSitesFeature(drivers, { cameras, alerts, denied, turning }));
  const shownToPublic = closing(await createPublicFeature(drivers, { cameras }));
  const citizens = closing(await createCitizensFeature(drivers, { cameras, alerts, shownToPublic }));
  const retention = closing(createRetentionFeature(drivers));
  const diagnostics = closing(createDiagnosticsFeature(drivers, { audit }));
  const open = { alerts, orders, squads, findings, cameras, diagnostics };
  const shifts = closing(await createShiftsFeature(drivers, open));
  const accounts = closing(await createAccountsFeature(drivers, { trust, denied }));
  const showcase = closing(
    await createShowcaseFeature(drivers, { cameras, alerts, orders, squads, sending }),
  );
  const offers = [
    showcase.streams,
    showcase.dark(shownToPublic.streams),
    talk.streams,
    bodycam.streams,
    cameras.streams,
  ];
  const media = closing(await createMediaFeature(drivers, offers));
  // Every feature is one entry here. They are notified in this order when a surface joins or leaves and when the hub starts.
  const joining = [
    media,
    cameras,
    recorders,
    onvif,
    onvifAlarms,
    playback,
    turning,
    cascade,
    squads,
    talk,
    kitchenTalk,
    bodycam,
    wall,
    wallCase,
    alerts,
    orders,
    findings,
    attachments,
    orderPictures,
    push,
    board,
    sites,
    shownToPublic,
    citizens,
    timeline,
    shifts,
    map,
    trust,
    discovery,
    webhooks,
    audit,
    accounts,
    retention,
    diagnostics,
    showcase,
    whep,
  ] as const;
  const doors = openDoors(joining);
  doors.onRevoked(whep.keyEnded);
  const joint = createRequestScopes({
    ...cameras.directory,
    ...alerts,
    ...squads,
    ...bodycam,
    ...orders,
    ...findings,
    ...timeline,
    ...citizens,
  });
  const scopes = joinScopes(joint, ...joining.map((feature: AnyFeature) => feature.scopes));
  const session = createSessionFeature(drivers, { features: joining, doors, scopes });
  const cityApi = createCityApiFeature(drivers, {
    handlers: { ...orders.handlers, ...findings.handlers, ...webhooks.handlers },
    scopes,
  });
  const features: readonly AnyFeature[] = [...joining, session, cityApi];
  return {
    features,
    handlers: joinHandlers([...joining, session]),
    doors,
    scopes,
    trust,
    audit,
    findings,
    denied,
    media,
    squads,
    accounts,
  };
}
