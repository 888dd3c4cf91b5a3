import { bodyCamMemberId } from '../../src-shared/bodycam/bodycam.protocol.ts';
import type { TimelineSubject } from '../../src-shared/timeline/timeline.protocol.ts';
import type { Resource } from '../../src-shared/session/principal.ts';
import { wholeCityThing, type RequestScopes } from '../base/requestScopes.ts';

/** What requests name by id, as far as it decides who may ask. */
export interface ScopeSources {
  /** The district of a camera's site. */
  districtOf(cameraId: string): string | undefined;
  siteOf(cameraId: string): string | undefined;
  districtOfSite(siteId: string): string | undefined;
  /** Alerts of a camera that the registry does not know have no district. */
  districtOfAlert(alertId: string): Promise<string | undefined>;
  /** The squad in which a member is now. */
  squadOfMember(memberId: string): string | undefined;
  squadOfEmergency(emergencyId: string): string | undefined;
  /** Where a squad works as a rule. */
  homeDistrictsOf(squadId: string): readonly string[];
  /** Of an order that is not there: of no district that is known. */
  resourceOfOrder(orderId: string): Promise<Resource>;
  /** The same of an order that is not ended, at once. */
  resourceOfOpenOrder(orderId: string): Resource;
  /** Of a finding that is not there: of no district that is known. */
  resourceOfFinding(findingId: string): Promise<Resource>;
  districtOfSite(siteId: string): string | undefined;
  /** The squad that has an order. */
  squadOfOrder(orderId: string): Promise<string | undefined>;
  /** The alert that an order comes from; undefined also when there is no such order. */
  alertOfOrder(orderId: string): Promise<string | undefined>;
  /** Undefined for a report that is not there. */
  districtOfReport(reportId: string): Promise<string | undefined>;
  /** A thing that does not exist is in no known district. */
  resourceOfTimeline(subject: TimelineSubject): Promise<Resource>;
  /** Whose recorder it is. */
  memberOfDevice(deviceId: string): string | undefined;
}

/** A camera, or a body cam under an id of a camera's kind. */
export function cameraResource(
  cameraId: string,
  sources: Pick<ScopeSources, 'districtOf' | 'siteOf' | 'squadOfMember'>,
): Resource {
  const memberId = bodyCamMemberId(cameraId);
  if (memberId !== undefined) return { squadId: sources.squadOfMember(memberId) };
  return { district: sources.districtOf(cameraId), siteId: sources.siteOf(cameraId) };
}

/** The camera of `<cameraId>:<main|sub>`; a body cam's stream has its camera's id. */
export function cameraOfStream(streamId: string): string {
  return bodyCamMemberId(streamId) === undefined ? streamId.replace(/:[^:]*$/, '') : streamId;
}

/** A talk group; the group of all is heard by those who work for all squads, that of an order by those who may see the order. */
export function talkGroupResource(
  groupId: string,
  { squadOfMember, resourceOfOpenOrder }: Pick<ScopeSources, 'squadOfMember' | 'resourceOfOpenOrder'>,
): Resource {
  const [type, id = ''] = groupId.split(':');
  if (type === 'squad') return { squadId: id };
  if (type === 'order') return resourceOfOpenOrder(id);
  return { squadId: type === 'private' ? squadOfMember(id) : undefined };
}

/**
 * Which part of the city a request is about, where its definition does not say it: mostly about things that several features know. A
 * feature that knows its things itself names them in its contract (`scopes`).
 */
export function createRequestScopes(sources: ScopeSources) {
  const camera = ({ cameraId }: { cameraId: string }): Resource[] => [cameraResource(cameraId, sources)];
  const stream = ({ streamId }: { streamId: string }): Resource[] =>
    camera({ cameraId: cameraOfStream(streamId) });
  const member = ({ memberId }: { memberId: string }): Resource[] => [
    { squadId: sources.squadOfMember(memberId) },
  ];
  const emergency = ({ emergencyId }: { emergencyId: string }): Resource[] => [
    { squadId: sources.squadOfEmergency(emergencyId) },
  ];
  const alert = async ({ alertId }: { alertId: string }): Promise<Resource[]> => [
    { district: await sources.districtOfAlert(alertId) },
  ];
  const order = async ({ orderId }: { orderId: string }): Promise<Resource[]> => [
    await sources.resourceOfOrder(orderId),
  ];
  const finding = async ({ findingId }: { findingId: string }): Promise<Resource[]> => [
    await sources.resourceOfFinding(findingId),
  ];
  const site = ({ siteId }: { siteId: string }): Resource[] => [
    { district: sources.districtOfSite(siteId), siteId },
  ];
  /** An order that ends changes its alert too: only who may work on that alert ends it. */
  const alertOfOrder = async ({ orderId }: { orderId: string }): Promise<Resource[]> => {
    const alertId = await sources.alertOfOrder(orderId);
    return alertId === undefined ? [] : alert({ alertId });
  };
  return {
    'cameras:getPoster': camera,
    'cameras:openStream': camera,
    'cameras:openStreams': ({ streams }) =>
      streams.flatMap((wish) => (wish === undefined ? [] : [cameraResource(wish.cameraId, sources)])),
    'cameras:allowClearPassword': camera,
    'cameras:getKeyPicture': stream,

    'kitchenTalk:read': camera,
    'kitchenTalk:begin': camera,
    'kitchenTalk:keep': camera,
    'kitchenTalk:end': camera,
    'kitchenTalk:takeOver': camera,
    'kitchenTalk:play': camera,

    'turning:read': camera,
    'turning:move': camera,
    'turning:keepMoving': camera,
    'turning:stop': camera,
    'turning:takeOver': camera,
    'turning:goToPreset': camera,
    'turning:savePreset': camera,
    'turning:deletePreset': camera,
    'turning:relistPreset': camera,

    // What the deed refers to is written into the alerts' history, so that it is asked for as well.
    'alerts:work': async ({ alertIds, deed }) => [
      ...(
        await Promise.all(
          [...alertIds, ...('of' in deed ? [deed.of] : [])].map((alertId) => alert({ alertId })),
        )
      ).flat(),
      ...('orderId' in deed && deed.orderId !== undefined ? await order({ orderId: deed.orderId }) : []),
    ],
    'alerts:read': alert,
    'alerts:getSnapshot': alert,

    // Districts that are added and taken away are decided on by those who work for them.
    'squads:saveSquad'({ squad: { squadId, homeDistricts } }) {
      const before = sources.homeDistrictsOf(squadId);
      const after: readonly string[] = homeDistricts ?? before;
      const added = after.filter((district) => !before.includes(district));
      const removed = before.filter((district) => !after.includes(district));
      return [{ squadId }, ...[...added, ...removed].map((district) => ({ district }))];
    },
    'squads:removeSquad': ({ squadId }) => [{ squadId }],
    'squads:saveMember'({ member: { memberId, squadId } }) {
      const before = sources.squadOfMember(memberId);
      return before === undefined ? [{ squadId }] : [{ squadId }, { squadId: before }];
    },
    'squads:setLeader': member,
    // Without a member: the own squad, whichever that is.
    'squads:leadDuty': ({ memberId }) => (memberId === undefined ? [] : member({ memberId })),
    'squads:removeMember': member,
    'squads:makeSignInCode': member,
    'squads:revokePhone': member,
    'squads:setStatus': member,
    'squads:confirmEmergencyShown': emergency,
    'squads:acknowledgeEmergency': emergency,
    'squads:endEmergency': emergency,

    'bodycam:ask': member,
    'bodycam:end': member,
    'whip:makeDevice': member,
    'whip:removeDevice': ({ deviceId }) => member({ memberId: sources.memberOfDevice(deviceId) ?? '' }),

    // An order is in the timeline of its site, so that a site of another district must not be named.
    'orders:create': async ({ content: { place, alertId }, crew }) => [
      ...(place.district === undefined ? [] : [{ district: place.district }]),
      ...(place.siteId === undefined ? [] : site({ siteId: place.siteId })),
      ...(place.cameraId === undefined ? [] : camera({ cameraId: place.cameraId })),
      ...(alertId === undefined ? [] : await alert({ alertId })),
      ...(crew?.memberIds ?? []).flatMap((memberId) => member({ memberId })),
      ...(place.district === undefined && alertId === undefined && crew === undefined
        ? [{ district: undefined }]
        : []),
    ],
    'orders:direct': async ({ orderId, deed }) => [
      ...(await order({ orderId })),
      ...(deed.type === 'close' || deed.type === 'cancel' ? await alertOfOrder({ orderId }) : []),
      ...('crew' in deed ? deed.crew.memberIds : deed.type === 'add' ? deed.memberIds : []).flatMap(
        (memberId) => member({ memberId }),
      ),
    ],
    'orders:lead': async ({ orderId, deed }) => [
      { squadId: await sources.squadOfOrder(orderId) },
      ...('crew' in deed ? [...deed.crew.memberIds, deed.crew.inChargeId] : []).flatMap((memberId) =>
        member({ memberId }),
      ),
    ],
    'orders:override': async ({ orderId, to }) => [
      ...(await order({ orderId })),
      ...(to === 'closed' ? await alertOfOrder({ orderId }) : []),
    ],
    'orders:read': order,

    'findings:create': async ({ siteId, orderId, alertId, cameraId }) => {
      const named = [
        ...(siteId === undefined ? [] : [{ district: sources.districtOfSite(siteId) }]),
        ...(orderId === undefined ? [] : await order({ orderId })),
        ...(alertId === undefined ? [] : await alert({ alertId })),
        ...(cameraId === undefined ? [] : camera({ cameraId })),
      ];
      return named.length === 0 ? [{ district: undefined }] : named;
    },
    'findings:work': finding,
    'findings:review': finding,
    'findings:read': finding,
    'findings:getPictures': finding,
    'sites:makeLink': site,
    'sites:listLinks': site,
    'sites:revokeLink': site,
    'sites:readAlert': alert,
    'sites:decideAppeal': alert,
    'public:readSite': site,
    'public:recordConsent': site,
    'public:withdrawConsent': site,
    'public:saveSite': site,
    'public:saveCamera': camera,
    'public:drawCurtain': ({ target }) => (target.type === 'site' ? site(target) : camera(target)),
    'citizens:readReports': alert,
    'citizens:answer': async ({ reportIds }) =>
      Promise.all(reportIds.map(async (id) => ({ district: await sources.districtOfReport(id) }))),
    'timeline:read': async ({ subject }) => [await sources.resourceOfTimeline(subject)],

    // Hiding harms nobody; what the whole hall sees again is for those who work for the whole city.
    'showcase:setCurtain': ({ isDrawn }) => (isDrawn ? [] : [wholeCityThing]),
    'showcase:releaseCase': order,

    'talk:revokeFloor': ({ groupId }) => [talkGroupResource(groupId, sources)],
  } satisfies Partial<RequestScopes>;
}
