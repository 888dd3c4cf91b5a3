import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';

/** What is expected of the table of rights, by the letters of authorityStage.ts. A new name that is not here fails the test. */

/** Inputs about a thing of the county, and about things of others. */
interface Samples {
  own: readonly object[];
  other: readonly object[];
}

/** Who may ask; which part of the city it is about; inputs for a request that is about one thing. */
export type ExpectedRequest = readonly [
  letters: string,
  about: 'any' | 'filtered' | 'city' | 'thing',
  samples?: Samples,
];

const members: Samples = {
  own: [{ memberId: 'ann' }],
  other: [{ memberId: 'zhang' }, { memberId: 'nobody' }],
};
const order = { kind: 'other', priority: 2, place: { name: '一店' }, instructions: '', checklist: [] };
const found = { findingId: 'n', content: { class: 2, clauses: [], words: '垃圾桶未加盖' } };
const emergencies: Samples = { own: [{ emergencyId: 'e' }], other: [{ emergencyId: 'f' }] };

/**
 * What one feature adds to these tables, in a file of its own: `authority/<feature>.ts` exports it as `expected`. Each field is as the
 * table of the same name here.
 */
export interface ExpectedFeature {
  capabilities?: Record<string, string>;
  requests?: Record<string, ExpectedRequest>;
  notices?: Record<string, string>;
  routes?: Record<string, ExpectedRoute>;
  /** Requests and routes that ask for the password again, with an input of each request. */
  stepUp?: { requests?: Record<string, object>; routes?: readonly string[] };
  /** The scopes of the feature's contract, over the things that authority.test.ts names. */
  scopes?: object;
}
type ExpectedRoute = 'open' | 'own' | readonly [letters: string, about: 'city' | 'filtered'];

const features = await Promise.all(
  globSync('authority/*.ts', { cwd: import.meta.dirname }).map(
    async (file) =>
      ((await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { expected: ExpectedFeature })
        .expected,
  ),
);
const ofFeatures = <Value>(part: (feature: ExpectedFeature) => Record<string, Value> | undefined) =>
  Object.assign({}, ...features.map(part)) as Record<string, Value>;
export const ownScopes = Object.assign({}, ...features.map(({ scopes }) => scopes)) as object;
export const stepUpInputsOfFeatures = ofFeatures(({ stepUp }) => stepUp?.requests);

export const expectedCapabilities: Record<string, string> = {
  ...ofFeatures((feature) => feature.capabilities),
  'cameras:view': 'asdwut',
  'cameras:list': 'asdpu',
  'cameras:manage': 'ap',
  'cameras:relay': 'p',
  'cameras:turn': 'asd',
  'cameras:override': 'as',
  'recorders:manage': 'ap',
  'cascade:manage': 'a',
  'media:receive': 'asdlmwhut',
  'wall:view': 'asdwu',
  'wall:drive': 'asd',
  'wall:override': 'as',
  'alerts:count': 'asdwu',
  'alerts:viewMarkers': 'asdwu',
  'alerts:viewDetails': 'asdpu',
  'alerts:work': 'asd',
  'alerts:manage': 'as',
  'alerts:report': 'p',
  'squads:view': 'asdwu',
  'squads:viewEmergencies': 'asdwu',
  'squads:viewEnded': 'asdu',
  'squads:show': 'asdw',
  'squads:direct': 'asd',
  'squads:manage': 'as',
  'squads:serve': 'lm',
  'squads:lead': 'l',
  'talk:hear': 'asdlmu',
  'talk:speak': 'asdlm',
  'talk:override': 'as',
  'kitchens:speak': 'asd',
  'bodycam:view': 'asdwu',
  'bodycam:ask': 'asdl',
  'bodycam:send': 'lm',
  'orders:view': 'asdpu',
  'orders:direct': 'asdp',
  'findings:view': 'asdpu',
  'findings:write': 'asdp',
  'findings:review': 'asd',
  'clauses:list': 'asdlmu',
  'clauses:manage': 'as',
  'attachments:view': 'asdlmut',
  'attachments:list': 'asdlmu',
  'attachments:add': 'asdlmt',
  'board:view': 'aswu',
  'board:export': 'asu',
  'orders:override': 'as',
  'orders:manage': 'a',
  'shifts:view': 'asdu',
  'shifts:keep': 'asd',
  'shifts:override': 'as',
  'audit:view': 'asu',
  'hub:monitor': 'apu',
  'hub:viewTroubles': 'asdu',
  'accounts:manage': 'a',
  'sites:manage': 'as',
  'sites:serve': 't',
  'webhooks:manage': 'a',
  'public:view': 'asdhu',
  'public:drawCurtain': 'asd',
  'public:manage': 'as',
  'citizens:answer': 'asd',
  'showcase:view': 'asdhu',
  'showcase:drive': 'asd',
  'showcase:manage': 'as',
};

export const expectedRequests: Record<string, ExpectedRequest> = {
  ...ofFeatures((feature) => feature.requests),
  'board:readFigures': ['aswu', 'filtered'],
  'session:join': ['asdlmwhpuxt', 'any'],
  'session:checkLink': ['asdlmwhpuxt', 'any'],
  'media:createTransport': ['asdlmwhut', 'any'],
  'media:connectTransport': ['asdlmwhut', 'any'],
  'media:restartIce': ['asdlmwhut', 'any'],
  'media:closeTransport': ['asdlmwhut', 'any'],
  'media:consume': ['asdlmwhut', 'filtered'],
  'media:resumeConsumers': ['asdlmwhut', 'any'],
  'media:pauseConsumers': ['asdlmwhut', 'any'],
  'media:closeConsumers': ['asdlmwhut', 'any'],
  'shifts:list': ['asdu', 'filtered'],
  'shifts:read': ['asdu', 'filtered'],
  'shifts:begin': ['asd', 'any'],
  'shifts:writeNote': ['asd', 'filtered'],
  'shifts:work': ['asd', 'filtered'],
  'shifts:override': ['as', 'filtered'],
  'cameras:readDirectory': ['asdu', 'filtered'],
  'cameras:readHealth': ['asdu', 'filtered'],
  'cameras:getPoster': [
    'asdwut',
    'thing',
    {
      own: [{ cameraId: 'c' }, { cameraId: 'bodycam:ann' }],
      other: [
        { cameraId: 'elsewhere' },
        { cameraId: 'unknown' },
        { cameraId: 'bodycam:zhang' },
        { cameraId: 'bodycam:nobody' },
      ],
    },
  ],
  'cameras:openStream': [
    'asdwut',
    'thing',
    {
      own: [
        { cameraId: 'c', stream: 'sub' },
        { cameraId: 'bodycam:ann', stream: 'main' },
      ],
      other: [
        { cameraId: 'elsewhere', stream: 'sub' },
        { cameraId: 'bodycam:zhang', stream: 'main' },
      ],
    },
  ],
  'cameras:closeStream': ['asdwut', 'any'],
  'cameras:reportDecoding': ['asdwut', 'any'],
  'cameras:openStreams': [
    'asdwut',
    'thing',
    {
      own: [{ streams: [{ cameraId: 'c', stream: 'sub' }] }],
      other: [
        {
          streams: [
            { cameraId: 'c', stream: 'sub' },
            { cameraId: 'elsewhere', stream: 'sub' },
          ],
        },
      ],
    },
  ],
  'cameras:getKeyPicture': [
    'asdwut',
    'thing',
    {
      own: [{ streamId: 'c:sub' }, { streamId: 'bodycam:ann' }],
      other: [{ streamId: 'elsewhere:sub' }, { streamId: 'unknown' }, { streamId: 'bodycam:zhang' }],
    },
  ],
  'wall:showContent': ['asd', 'city'],
  'wall:showCase': ['asd', 'city'],
  'wall:endCase': ['asd', 'city'],
  'wall:showCameras': ['asd', 'city'],
  'wall:showPage': ['asd', 'city'],
  'wall:placeCamera': ['asd', 'city'],
  'wall:spotlightCamera': ['asd', 'city'],
  'wall:endSpotlight': ['asd', 'city'],
  'wall:saveProgramme': ['asd', 'city'],
  'wall:saveScene': ['asd', 'city'],
  'wall:removeSaved': ['asd', 'city'],
  'wall:saveSchedule': ['asd', 'city'],
  'wall:showSaved': ['asd', 'city'],
  'wall:reportDisplay': ['asdwu', 'any'],
  'wall:reportPlayback': ['asdwu', 'any'],
  'wall:startTour': ['asd', 'city'],
  'wall:steerTour': ['asd', 'city'],
  'wall:pinTile': ['asd', 'city'],
  'alerts:work': [
    'asd',
    'thing',
    {
      own: [
        { commandId: 'k', alertIds: ['a'], deed: { type: 'acknowledge' } },
        { commandId: 'k', alertIds: ['a'], deed: { type: 'dispatch', orderId: 'o' } },
      ],
      other: [
        { commandId: 'k', alertIds: ['a'], deed: { type: 'callDuplicate', of: 'b' } },
        { commandId: 'k', alertIds: ['a'], deed: { type: 'dispatch', orderId: 'p' } },
        { commandId: 'k', alertIds: ['a'], deed: { type: 'endOrder', orderId: 'p' } },
        { commandId: 'k', alertIds: ['b'], deed: { type: 'acknowledge' } },
        { commandId: 'k', alertIds: ['a', 'b'], deed: { type: 'resolve' } },
      ],
    },
  ],
  'alerts:read': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
  'alerts:getSnapshot': ['asdwu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
  'alerts:search': ['asdu', 'filtered'],
  'alerts:readStatistics': ['asdu', 'filtered'],
  'alerts:saveKind': ['as', 'city'],
  'audit:search': ['asu', 'city'],
  'retention:readGrowth': ['au', 'city'],
  'cameras:allowClearPassword': [
    'a',
    'thing',
    { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
  ],
  'kitchenTalk:read': [
    'asd',
    'thing',
    { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
  ],
  'kitchenTalk:produceVoice': ['asd', 'any'],
  'kitchenTalk:begin': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', commandId: 'k' }],
      other: [
        { cameraId: 'elsewhere', commandId: 'k' },
        { cameraId: 'unknown', commandId: 'k' },
      ],
    },
  ],
  'kitchenTalk:keep': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', commandId: 'k' }],
      other: [
        { cameraId: 'elsewhere', commandId: 'k' },
        { cameraId: 'unknown', commandId: 'k' },
      ],
    },
  ],
  'kitchenTalk:end': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', commandId: 'k' }],
      other: [
        { cameraId: 'elsewhere', commandId: 'k' },
        { cameraId: 'unknown', commandId: 'k' },
      ],
    },
  ],
  'kitchenTalk:takeOver': [
    'as',
    'thing',
    {
      own: [{ cameraId: 'c', commandId: 'k' }],
      other: [
        { cameraId: 'elsewhere', commandId: 'k' },
        { cameraId: 'unknown', commandId: 'k' },
      ],
    },
  ],
  'kitchenTalk:listSentences': ['asd', 'any'],
  'kitchenTalk:readSentence': ['asd', 'any'],
  'kitchenTalk:saveSentence': ['as', 'city'],
  'kitchenTalk:removeSentence': ['as', 'city'],
  'kitchenTalk:play': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', commandId: 'k', kindId: 'no_hat', language: 'zh' }],
      other: [
        { cameraId: 'elsewhere', commandId: 'k', kindId: 'no_hat', language: 'zh' },
        { cameraId: 'unknown', commandId: 'k', kindId: 'no_hat', language: 'zh' },
      ],
    },
  ],
  'turning:read': [
    'asd',
    'thing',
    { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
  ],
  'turning:move': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', moveId: 1, motion: { pan: 0, tilt: 0, zoom: 0, focus: 0 } }],
      other: [
        { cameraId: 'elsewhere', moveId: 1, motion: { pan: 0, tilt: 0, zoom: 0, focus: 0 } },
        { cameraId: 'unknown', moveId: 1, motion: { pan: 0, tilt: 0, zoom: 0, focus: 0 } },
      ],
    },
  ],
  'turning:keepMoving': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', moveId: 1 }],
      other: [
        { cameraId: 'elsewhere', moveId: 1 },
        { cameraId: 'unknown', moveId: 1 },
      ],
    },
  ],
  'turning:stop': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', moveId: 1 }],
      other: [
        { cameraId: 'elsewhere', moveId: 1 },
        { cameraId: 'unknown', moveId: 1 },
      ],
    },
  ],
  'turning:takeOver': [
    'as',
    'thing',
    { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
  ],
  'turning:goToPreset': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', number: 1 }],
      other: [
        { cameraId: 'elsewhere', number: 1 },
        { cameraId: 'unknown', number: 1 },
      ],
    },
  ],
  'turning:savePreset': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', name: '灶台' }],
      other: [
        { cameraId: 'elsewhere', name: '灶台' },
        { cameraId: 'unknown', name: '灶台' },
      ],
    },
  ],
  'turning:deletePreset': [
    'asd',
    'thing',
    {
      own: [{ cameraId: 'c', number: 1 }],
      other: [
        { cameraId: 'elsewhere', number: 1 },
        { cameraId: 'unknown', number: 1 },
      ],
    },
  ],
  'recorders:list': ['a', 'city'],
  'recorders:setPlatform': ['a', 'city'],
  'recorders:add': ['a', 'city'],
  'recorders:change': ['a', 'city'],
  'recorders:remove': ['a', 'city'],
  'recorders:askCatalogue': ['a', 'city'],
  'recorders:readChannels': ['a', 'city'],
  'recorders:match': ['a', 'city'],
  'recorders:release': ['a', 'city'],
  'recorders:readTrace': ['a', 'city'],
  'onvif:list': ['a', 'city'],
  'onvif:search': ['a', 'city'],
  'onvif:signIn': ['a', 'city'],
  'onvif:readPicture': ['a', 'city'],
  'onvif:place': ['a', 'city'],
  'onvif:takeOver': ['a', 'city'],
  'onvif:setMotionAlerts': ['a', 'city'],
  'onvif:forget': ['a', 'city'],
  'cascade:list': ['a', 'city'],
  'cascade:readCameras': ['a', 'city'],
  'cascade:add': ['a', 'city'],
  'cascade:change': ['a', 'city'],
  'cascade:remove': ['a', 'city'],
  'cascade:share': ['a', 'city'],
  'cascade:shutPlatform': ['a', 'city'],
  'cascade:shutCamera': ['a', 'city'],
  'cascade:openCamera': ['a', 'city'],
  'map:readSettings': ['asdwu', 'any'],
  'map:readSites': ['asdwu', 'filtered'],
  'squads:saveSquad': [
    'as',
    'thing',
    {
      own: [
        { squad: { squadId: 'wenquan', name: '温泉中队' } },
        // Another district's, which was there before, stays.
        { squad: { squadId: 'wenquan', name: '温泉中队', homeDistricts: ['咸安区', '崇阳县'] } },
      ],
      other: [
        { squad: { squadId: 'wenquan', name: '温泉中队', homeDistricts: ['咸安区'] } },
        { squad: { squadId: 'wenquan', name: '温泉中队', homeDistricts: ['崇阳县', '赤壁市'] } },
        { squad: { squadId: 'yongan', name: '永安中队' } },
        { squad: { squadId: 'new', name: '新中队' } },
      ],
    },
  ],
  'squads:removeSquad': ['as', 'thing', { own: [{ squadId: 'wenquan' }], other: [{ squadId: 'yongan' }] }],
  'squads:saveMember': [
    'as',
    'thing',
    {
      own: [
        { member: { memberId: 'ann', squadId: 'wenquan', name: '李强' } },
        { member: { memberId: 'new', squadId: 'wenquan', name: '李强' } },
      ],
      other: [
        { member: { memberId: 'ann', squadId: 'yongan', name: '李强' } },
        { member: { memberId: 'zhang', squadId: 'wenquan', name: '李强' } },
      ],
    },
  ],
  'squads:setLeader': [
    'as',
    'thing',
    {
      own: [{ memberId: 'ann', isLeader: true }],
      other: [
        { memberId: 'zhang', isLeader: true },
        { memberId: 'nobody', isLeader: false },
      ],
    },
  ],
  'squads:leadDuty': [
    'l',
    'thing',
    {
      own: [
        { commandId: 'k', isOnDuty: true },
        { commandId: 'k', isOnDuty: true, memberId: 'ann' },
      ],
      other: [
        { commandId: 'k', isOnDuty: true, memberId: 'zhang' },
        { commandId: 'k', isOnDuty: false, memberId: 'nobody' },
      ],
    },
  ],
  'squads:removeMember': ['as', 'thing', members],
  'squads:makeSignInCode': ['as', 'thing', members],
  'squads:revokePhone': ['as', 'thing', members],
  'squads:setStatus': [
    'asd',
    'thing',
    {
      own: [{ changeId: 'k', memberId: 'ann', status: 'available' }],
      other: [{ changeId: 'k', memberId: 'zhang', status: 'available' }],
    },
  ],
  'squads:signIn': ['asdlmwhpuxt', 'any'],
  'squads:signOut': ['lm', 'any'],
  'squads:reportStatuses': ['lm', 'any'],
  'squads:checkIn': ['lm', 'any'],
  'squads:reportPositions': ['lm', 'any'],
  'squads:stopSharingPosition': ['lm', 'any'],
  'squads:reportPhone': ['lm', 'any'],
  'squads:raiseEmergency': ['lm', 'any'],
  'squads:confirmEmergencyShown': ['asdw', 'thing', emergencies],
  'squads:acknowledgeEmergency': ['asd', 'thing', emergencies],
  'squads:listEmergencies': ['asdu', 'filtered'],
  'squads:endEmergency': [
    'asd',
    'thing',
    {
      own: [{ emergencyId: 'e', outcome: 'false', reason: 'r' }],
      other: [{ emergencyId: 'f', outcome: 'false', reason: 'r' }],
    },
  ],
  'orders:create': [
    'asd',
    'thing',
    {
      own: [
        { orderId: 'n', content: { ...order, place: { name: '一店', district: '咸安区' } } },
        { orderId: 'n', content: { ...order, alertId: 'a' } },
        {
          orderId: 'n',
          content: {
            ...order,
            place: { name: '一店', district: '咸安区', siteId: 's', cameraId: 'c' },
          },
        },
      ],
      other: [
        { orderId: 'n', content: { ...order, place: { name: '一店', district: '咸安区', siteId: 't' } } },
        {
          orderId: 'n',
          content: { ...order, place: { name: '一店', district: '咸安区', siteId: 'unknown' } },
        },
        {
          orderId: 'n',
          content: { ...order, place: { name: '一店', district: '咸安区', cameraId: 'elsewhere' } },
        },
        { orderId: 'n', content: { ...order, place: { name: '一店', district: '赤壁市' } } },
        { orderId: 'n', content: { ...order, alertId: 'b' } },
        { orderId: 'n', content: order },
        {
          orderId: 'n',
          content: { ...order, place: { name: '一店', district: '咸安区' } },
          crew: { memberIds: ['zhang'], inChargeId: 'zhang' },
        },
      ],
    },
  ],
  'orders:direct': [
    'asd',
    'thing',
    {
      own: [
        { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'note', note: 'n' } },
        // Who directs an order takes off whomever was added to it, as reassigning it does.
        { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'remove', memberIds: ['zhang'] } },
      ],
      other: [
        { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'remove', memberIds: ['ann'] } },
        { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'note', note: 'n' } },
        {
          commandId: 'k',
          orderId: 'o',
          revision: 1,
          deed: { type: 'dispatch', crew: { memberIds: ['zhang'], inChargeId: 'zhang' } },
        },
        { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'add', memberIds: ['zhang'] } },
        { commandId: 'k', orderId: 'oo', revision: 1, deed: { type: 'close' } },
        { commandId: 'k', orderId: 'oo', revision: 1, deed: { type: 'cancel', reason: 'r' } },
      ],
    },
  ],
  'orders:override': [
    'as',
    'thing',
    {
      own: [
        { commandId: 'k', orderId: 'o', revision: 1, to: 'closed', reason: 'r' },
        { commandId: 'k', orderId: 'oo', revision: 1, to: 'on_scene', reason: 'r' },
      ],
      other: [
        { commandId: 'k', orderId: 'p', revision: 1, to: 'on_scene', reason: 'r' },
        { commandId: 'k', orderId: 'oo', revision: 1, to: 'closed', reason: 'r' },
      ],
    },
  ],
  'orders:lead': [
    'l',
    'thing',
    {
      own: [
        { commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'accept' } },
        {
          commandId: 'k',
          orderId: 'o',
          revision: 1,
          deed: { type: 'reassign', crew: { memberIds: ['ann'], inChargeId: 'ann' }, reason: 'r' },
        },
      ],
      other: [
        { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'accept' } },
        { commandId: 'k', orderId: 'oo', revision: 1, deed: { type: 'reject', reason: 'busy' } },
        {
          commandId: 'k',
          orderId: 'o',
          revision: 1,
          deed: { type: 'reassign', crew: { memberIds: ['ann'], inChargeId: 'zhang' }, reason: 'r' },
        },
        {
          commandId: 'k',
          orderId: 'o',
          revision: 1,
          deed: { type: 'reassign', crew: { memberIds: ['zhang'], inChargeId: 'ann' }, reason: 'r' },
        },
      ],
    },
  ],
  'orders:saveSettings': ['a', 'city'],
  'orders:read': ['asdu', 'thing', { own: [{ orderId: 'o' }], other: [{ orderId: 'p' }] }],
  'orders:search': ['asdu', 'filtered'],
  'orders:rank': ['asd', 'filtered'],
  'orders:report': ['lm', 'any'],
  'push:readKey': ['lm', 'any'],
  'push:subscribe': ['lm', 'any'],
  'findings:create': [
    'asd',
    'thing',
    {
      own: [
        { ...found, siteId: 's' },
        { ...found, orderId: 'o' },
        { ...found, alertId: 'a' },
        { ...found, siteId: 's', cameraId: 'c' },
      ],
      other: [
        { ...found, siteId: 't' },
        { ...found, siteId: 'unknown' },
        { ...found, orderId: 'p' },
        { ...found, alertId: 'b' },
        { ...found, cameraId: 'elsewhere' },
        { ...found, siteId: 's', alertId: 'b' },
        found,
      ],
    },
  ],
  'findings:work': [
    'asd',
    'thing',
    {
      own: [{ commandId: 'k', findingId: 'f', revision: 1, deed: { type: 'note', words: 'n' } }],
      other: [{ commandId: 'k', findingId: 'g', revision: 1, deed: { type: 'note', words: 'n' } }],
    },
  ],
  'findings:review': [
    'asd',
    'thing',
    {
      own: [{ commandId: 'k', findingId: 'f', revision: 1, deed: { type: 'start' } }],
      other: [{ commandId: 'k', findingId: 'g', revision: 1, deed: { type: 'start' } }],
    },
  ],
  'findings:read': ['asdu', 'thing', { own: [{ findingId: 'f' }], other: [{ findingId: 'g' }] }],
  'findings:search': ['asdu', 'filtered'],
  'findings:listOffenders': ['asdu', 'filtered'],
  'findings:falseAlarmRates': ['asdu', 'filtered'],
  'findings:getPictures': ['asdu', 'thing', { own: [{ findingId: 'f' }], other: [{ findingId: 'g' }] }],
  'findings:listClauses': ['asdlmu', 'any'],
  'findings:saveClause': ['as', 'city'],
  'findings:readTimes': ['asdu', 'any'],
  'findings:saveTimes': ['a', 'city'],
  'findings:report': ['lm', 'any'],
  'findings:readOwn': ['t', 'filtered'],
  'findings:getOwnPictures': ['t', 'filtered'],
  'findings:answerOwn': ['t', 'filtered'],
  'attachments:list': ['asdlmu', 'filtered'],
  'webhooks:list': ['a', 'city'],
  'webhooks:create': ['a', 'city'],
  'webhooks:setState': ['a', 'city'],
  'webhooks:delete': ['a', 'city'],
  'webhooks:sendTest': ['a', 'city'],
  'timeline:read': [
    'asdu',
    'thing',
    {
      own: [{ subject: { type: 'order', id: 'o' } }, { subject: { type: 'site', id: 's' } }],
      other: [{ subject: { type: 'order', id: 'p' } }, { subject: { type: 'emergency', id: 'nobody' } }],
    },
  ],
  'bodycam:ask': ['asdl', 'thing', members],
  'bodycam:end': ['asdl', 'thing', members],
  'bodycam:decline': ['lm', 'any'],
  'bodycam:produce': ['lm', 'any'],
  'bodycam:stop': ['lm', 'any'],
  'whip:makeDevice': [
    'as',
    'thing',
    { own: [{ name: 'r', memberId: 'ann' }], other: [{ name: 'r', memberId: 'zhang' }] },
  ],
  'whip:listDevices': ['as', 'filtered'],
  'whip:removeDevice': ['as', 'thing', { own: [{ deviceId: 'd' }], other: [{ deviceId: 'other' }] }],
  'sites:makeLink': [
    'as',
    'thing',
    {
      own: [{ siteId: 's', forWhom: '张经理' }],
      other: [
        { siteId: 't', forWhom: '张经理' },
        { siteId: 'nowhere', forWhom: '张经理' },
      ],
    },
  ],
  'sites:listLinks': ['as', 'thing', { own: [{ siteId: 's' }], other: [{ siteId: 't' }] }],
  'sites:revokeLink': [
    'as',
    'thing',
    { own: [{ siteId: 's', linkId: 'l' }], other: [{ siteId: 't', linkId: 'l' }] },
  ],
  'sites:readAlert': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
  'sites:decideAppeal': [
    'asd',
    'thing',
    {
      own: [{ alertId: 'a', decision: { type: 'uphold' } }],
      other: [{ alertId: 'b', decision: { type: 'uphold' } }],
    },
  ],
  'sites:readAlerts': ['t', 'filtered'],
  'sites:getAlertPicture': ['t', 'filtered'],
  'sites:report': ['t', 'filtered'],
  'public:readSite': [
    'asd',
    'thing',
    { own: [{ siteId: 's' }], other: [{ siteId: 't' }, { siteId: 'nowhere' }] },
  ],
  'public:recordConsent': [
    'as',
    'thing',
    {
      own: [{ siteId: 's', agreedOn: '2026-03-01' }],
      other: [
        { siteId: 't', agreedOn: '2026-03-01' },
        { siteId: 'nowhere', agreedOn: '2026-03-01' },
      ],
    },
  ],
  'public:withdrawConsent': [
    'as',
    'thing',
    { own: [{ siteId: 's' }], other: [{ siteId: 't' }, { siteId: 'nowhere' }] },
  ],
  'public:saveSite': [
    'as',
    'thing',
    {
      own: [{ siteId: 's', hours: null, facts: {} }],
      other: [
        { siteId: 't', hours: null, facts: {} },
        { siteId: 'nowhere', hours: null, facts: {} },
      ],
    },
  ],
  'public:saveCamera': [
    'as',
    'thing',
    {
      own: [{ cameraId: 'c', room: null, headPercent: null }],
      other: [
        { cameraId: 'elsewhere', room: null, headPercent: null },
        { cameraId: 'unknown', room: null, headPercent: null },
      ],
    },
  ],
  'public:drawCurtain': [
    'asd',
    'thing',
    {
      own: [
        { target: { type: 'site', siteId: 's' }, isDrawn: true },
        { target: { type: 'camera', cameraId: 'c' }, isDrawn: true },
      ],
      other: [
        { target: { type: 'site', siteId: 't' }, isDrawn: true },
        { target: { type: 'camera', cameraId: 'elsewhere' }, isDrawn: true },
      ],
    },
  ],
  'public:readKitchens': ['asdhu', 'any'],
  'public:watch': ['asdhu', 'any'],
  'public:unwatch': ['asdhu', 'any'],
  'public:getStill': ['asdhu', 'any'],
  'citizens:readReports': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
  'citizens:answer': [
    'asd',
    'thing',
    {
      own: [{ reportIds: ['r'], text: '已核查' }],
      other: [
        { reportIds: ['q'], text: '已核查' },
        { reportIds: ['r', 'q'], text: '已核查' },
      ],
    },
  ],
  'showcase:setCurtain': ['asd', 'thing', { own: [{ isDrawn: true }], other: [{ isDrawn: false }] }],
  'showcase:saveProgramme': ['as', 'city'],
  'showcase:releaseCase': [
    'asd',
    'thing',
    {
      own: [{ orderId: 'o', parts: { voice: true, place: true } }],
      other: [{ orderId: 'p', parts: { voice: true, place: true } }],
    },
  ],
  'showcase:takeBackCase': ['asd', 'any'],
  'showcase:reportReplaced': ['asdhu', 'any'],
  'talk:requestFloor': ['asdlm', 'filtered'],
  'talk:confirmFloor': ['asdlm', 'filtered'],
  'talk:releaseFloor': ['asdlm', 'filtered'],
  'talk:revokeFloor': [
    'as',
    'thing',
    {
      own: [
        { groupId: 'squad:wenquan', epoch: 1 },
        { groupId: 'private:ann', epoch: 1 },
        { groupId: 'order:o', epoch: 1 },
      ],
      other: [
        { groupId: 'squad:yongan', epoch: 1 },
        { groupId: 'private:zhang', epoch: 1 },
        { groupId: 'order:other', epoch: 1 },
        { groupId: 'all', epoch: 1 },
      ],
    },
  ],
  'talk:readHistory': ['asdlmu', 'filtered'],
  'talk:openSending': ['asdlm', 'any'],
  'talk:connectSending': ['asdlm', 'any'],
  'talk:restartSendingIce': ['asdlm', 'any'],
  'talk:produceVoice': ['asdlm', 'any'],
};

export const expectedNotices: Record<string, string> = {
  ...ofFeatures((feature) => feature.notices),
  'session:noticesDropped': '',
  'session:hubStopping': 'asdlmwhpuxt',
  'session:clockSet': 'asdlmwhpuxt',
  'media:workerReplaced': 'asdlmwhut',
  'media:consumersClosed': '',
  'cameras:directoryChanged': 'asdu',
  'cameras:healthChanged': 'asdu',
  'cameras:streamChanged': '',
  'turning:changed': 'asd',
  'kitchenTalk:changed': 'asd',
  'kitchenTalk:sentencesChanged': 'asd',
  'recorders:changed': 'a',
  'onvif:changed': 'a',
  'cascade:changed': 'a',
  'wall:screenChanged': 'asd',
  'wall:caseChanged': '',
  'wall:libraryChanged': 'asd',
  'alerts:arrived': 'asdu',
  'alerts:changed': 'asdu',
  'alerts:marksChanged': 'w',
  'alerts:countsChanged': 'asdwu',
  'alerts:kindsChanged': 'asdwu',
  'map:sitesChanged': 'w',
  'squads:squadsChanged': 'asdwu',
  'squads:membersChanged': 'asdwu',
  'squads:positionsChanged': 'asdwu',
  'squads:emergencyChanged': 'asdwu',
  'squads:signedOut': '',
  'bodycam:asked': '',
  'bodycam:ended': '',
  'diagnostics:troublesChanged': 'asdu',
  'orders:changed': 'asdu',
  'orders:squadChanged': 'l',
  'shifts:changed': 'asdu',
  'findings:changed': 'asdu',
  'attachments:added': 'asdu',
  'orders:roadsChanged': 'asdu',
  'sites:alertsChanged': 't',
  'findings:ownChanged': 't',
  'sites:camerasChanged': 't',
  'sites:answersChanged': 'asdu',
  'public:kitchensChanged': 'asdhu',
  'public:siteChanged': 'asd',
  'citizens:reportsChanged': 'asdu',
  'showcase:viewChanged': 'hu',
  'showcase:deskChanged': 'asd',
  'orders:settingsChanged': 'asdu',
  'webhooks:changed': 'a',
  'whip:devicesChanged': 'as',
  'talk:groupsChanged': '',
  'talk:floorTaken': '',
  'talk:floorIdle': '',
  'talk:floorGranted': '',
  'talk:floorDenied': '',
  'talk:queueMoved': '',
  'talk:limitNear': '',
  'talk:floorRevoked': '',
};

/** What a key of each purpose may do at all. */
export const expectedKeyCapabilities: Record<KeyPurpose, readonly string[]> = {
  alerts: ['alerts:report'],
  registry: ['cameras:list', 'cameras:manage'],
  recorders: ['recorders:manage'],
  records: ['alerts:viewDetails'],
  orders: ['orders:view', 'orders:direct', 'findings:view', 'findings:write'],
  monitoring: ['hub:monitor'],
  pictures: ['cameras:relay'],
};

/** The routes that a key of each purpose is let in by, of those that ask who somebody is. A key of alerts signs, and is sent to none. */
export const expectedKeyRoutes: Record<KeyPurpose, readonly string[]> = {
  alerts: [],
  registry: ['POST /api/v1/registry/import', 'GET /api/v1/registry/export', 'GET /api/v1/registry/template'],
  // A recorder that registers has a way in: a key that only writes the registry does not open it.
  recorders: ['GET /api/v1/recorders', 'POST /api/v1/recorders', 'DELETE /api/v1/recorders/:recorderId'],
  records: [
    'GET /api/v1/alerts.csv',
    'GET /api/v1/alerts/:alertId',
    'GET /api/v1/alerts/:alertId/snapshot.jpg',
    'GET /api/v1/alerts/:alertId/recording.mp4',
    'GET /api/v1/false-alarms',
  ],
  orders: [
    'GET /api/v1/orders',
    'GET /api/v1/orders/:orderId',
    'POST /api/v1/orders',
    'POST /api/v1/orders/:orderId/commands',
    'GET /api/v1/findings',
    'GET /api/v1/findings/:findingId',
    'POST /api/v1/findings',
    'POST /api/v1/findings/:findingId/commands',
    'GET /api/v1/timeline.html',
    'GET /api/v1/timeline.pdf',
  ],
  monitoring: ['GET /metrics'],
  pictures: [
    'GET /whep',
    'POST /whep/:cameraId',
    'PATCH /whep/:cameraId/:sessionId',
    'DELETE /whep/:cameraId/:sessionId',
  ],
};

/** `who`: the roles that may, and `city` where it is only for those who work for all districts. `open`: for everybody. `own`: shows a credential of its own. */
export const expectedRoutes: Record<string, ExpectedRoute> = {
  ...ofFeatures((feature) => feature.routes),
  'GET /healthz': 'open',
  'GET /': 'open',
  'GET /metrics': ['au', 'city'],
  'POST /api/v1/registry/import': ['a', 'city'],
  'GET /api/v1/registry/export': ['a', 'city'],
  'GET /api/v1/registry/template': ['a', 'city'],
  'GET /api/v1/recorders': ['a', 'city'],
  'POST /api/v1/recorders': ['a', 'city'],
  'DELETE /api/v1/recorders/:recorderId': ['a', 'city'],
  'GET /api/v1/cameras/:cameraId/poster.jpg': ['asdwut', 'filtered'],
  'GET /public/stills/:name': ['asdhu', 'filtered'],
  'GET /map/basemap.pmtiles': ['asdwu', 'filtered'],
  'GET /map/districts.geojson': ['asdwu', 'filtered'],
  // Only a key of `pictures` is let in: see expectedKeyRoutes.
  'GET /whep': ['', 'filtered'],
  'POST /whep/:cameraId': ['', 'filtered'],
  'PATCH /whep/:cameraId/:sessionId': ['', 'filtered'],
  'DELETE /whep/:cameraId/:sessionId': ['', 'filtered'],
  'POST /whip/:deviceId': 'own',
  'PATCH /whip/:deviceId/:sessionId': 'own',
  'DELETE /whip/:deviceId/:sessionId': 'own',
  'GET /api/v1/whip-devices': ['as', 'filtered'],
  'POST /api/v1/whip-devices': ['as', 'filtered'],
  'DELETE /api/v1/whip-devices/:deviceId': ['as', 'filtered'],
  'GET /api/v1/alert-keys': ['as', 'city'],
  'POST /api/v1/alert-keys': ['as', 'city'],
  'DELETE /api/v1/alert-keys/:keyId': ['as', 'city'],
  'GET /api/v1/alert-kinds': ['as', 'city'],
  'PUT /api/v1/alert-kinds': ['as', 'city'],
  'GET /api/v1/alerts/:alertId': ['asdu', 'filtered'],
  'GET /api/v1/alerts/:alertId/snapshot.jpg': ['asdu', 'filtered'],
  'GET /api/v1/alerts/:alertId/recording.mp4': ['asdu', 'filtered'],
  'POST /api/v1/attachments': ['asdlmt', 'filtered'],
  'GET /api/v1/attachments/:attachmentId/upload': ['asdlmt', 'filtered'],
  'PUT /api/v1/attachments/:attachmentId/upload': ['asdlmt', 'filtered'],
  'GET /api/v1/attachments/:attachmentId/file': ['asdlmut', 'filtered'],
  'GET /api/v1/attachments/:attachmentId/thumbnail.jpg': ['asdlmut', 'filtered'],
  'GET /api/v1/board/export': ['asu', 'filtered'],
  'GET /api/v1/timeline.html': ['asdu', 'filtered'],
  'GET /api/v1/timeline.pdf': ['asdu', 'filtered'],
  'GET /api/v1/public/codes.pdf': ['as', 'filtered'],
  'GET /api/v1/shifts/:shiftId/handover.html': ['asdu', 'filtered'],
  'GET /api/v1/audit.csv': ['asu', 'city'],
  'GET /api/v1/alerts.csv': ['asdu', 'filtered'],
  'GET /api/v1/false-alarms': ['asdu', 'filtered'],
  'GET /api/v1/orders': ['asdu', 'filtered'],
  'GET /api/v1/orders/:orderId': ['asdu', 'filtered'],
  'POST /api/v1/orders': ['asd', 'filtered'],
  'POST /api/v1/orders/:orderId/commands': ['asd', 'filtered'],
  'GET /api/v1/findings': ['asdu', 'filtered'],
  'GET /api/v1/findings/:findingId': ['asdu', 'filtered'],
  'POST /api/v1/findings': ['asd', 'filtered'],
  'POST /api/v1/findings/:findingId/commands': ['asd', 'filtered'],
  'POST /api/v1/clauses/import': ['as', 'city'],
  'GET /api/v1/clauses/export': ['as', 'city'],
  'GET /api/v1/webhooks': ['a', 'city'],
  'POST /api/v1/webhooks': ['a', 'city'],
  'POST /api/v1/webhooks/:webhookId/state': ['a', 'city'],
  'POST /api/v1/webhooks/:webhookId/test': ['a', 'city'],
  'DELETE /api/v1/webhooks/:webhookId': ['a', 'city'],
  'GET /api/v1/openapi.json': 'open',
  'GET /api/v1/docs': 'open',
  'POST /api/v1/alerts': 'own',
  'DELETE /api/v1/screens/:id': ['a', 'city'],
  'GET /api/v1/site-session': 'own',
  'POST /api/v1/site-session': 'own',
  'DELETE /api/v1/site-session': 'own',
  'DELETE /api/v1/session': 'own',
  'DELETE /api/v1/session/codes': 'own',
  'DELETE /api/v1/session/sign-ins/:sessionId': 'own',
  'DELETE /api/v1/sign-ins/:id': ['a', 'city'],
  'GET /api/v1/accounts': ['a', 'city'],
  'GET /api/v1/screen': 'own',
  'GET /api/v1/session': 'own',
  'GET /api/v1/session/sign-ins': 'own',
  'PATCH /api/v1/accounts/:id': ['a', 'city'],
  'POST /api/v1/accounts': ['a', 'city'],
  'POST /api/v1/accounts/:id/reset': ['a', 'city'],
  'POST /api/v1/pairings': 'own',
  'POST /api/v1/pairings/ask': ['asd', 'city'],
  'POST /api/v1/pairings/collect': 'own',
  'POST /api/v1/pairings/confirm': ['asd', 'city'],
  'POST /api/v1/session': 'own',
  'POST /api/v1/session/codes': 'own',
  'POST /api/v1/session/codes/confirm': 'own',
  'POST /api/v1/session/confirm': 'own',
  'POST /api/v1/session/lock': 'own',
  'POST /api/v1/session/password': 'own',
  'POST /api/v1/session/recovery-codes': 'own',
  'POST /api/v1/session/recovery-codes/kept': 'own',
  'POST /api/v1/session/redeem': 'own',
  'POST /api/v1/session/unlock': 'own',
  'GET /trust': 'open',
  'GET /trust/addresses': 'open',
  'GET /trust/mingchu.crt': 'open',
  'GET /trust/mingchu-next.crt': 'open',
  'GET /trust/mingchu.mobileconfig': 'open',
};

/** What asks a person for the password or a code again. */
export const expectedStepUp = {
  requests: [
    ...Object.keys(stepUpInputsOfFeatures),
    'cameras:allowClearPassword',
    'squads:makeSignInCode',
    'squads:removeMember',
    'squads:removeSquad',
    'squads:setLeader',
    'kitchenTalk:removeSentence',
    'turning:deletePreset',
    'wall:removeSaved',
    'whip:makeDevice',
    'whip:removeDevice',
    'sites:makeLink',
    'webhooks:create',
    'webhooks:setState',
    'webhooks:delete',
    'recorders:add',
    'recorders:change',
    'recorders:remove',
    'recorders:match',
    'recorders:release',
    'recorders:setPlatform',
    'onvif:signIn',
    'onvif:place',
    'onvif:takeOver',
    'onvif:forget',
    'cascade:add',
    'cascade:change',
    'cascade:remove',
    'cascade:share',
    'cascade:openCamera',
  ],
  routes: [
    ...features.flatMap(({ stepUp }) => stepUp?.routes ?? []),
    'POST /api/v1/webhooks',
    'POST /api/v1/webhooks/:webhookId/state',
    'DELETE /api/v1/webhooks/:webhookId',
    'POST /api/v1/registry/import',
    'GET /api/v1/registry/export',
    'POST /api/v1/recorders',
    'DELETE /api/v1/recorders/:recorderId',
    'POST /api/v1/whip-devices',
    'DELETE /api/v1/whip-devices/:deviceId',
    'POST /api/v1/alert-keys',
    'DELETE /api/v1/alert-keys/:keyId',
    'GET /api/v1/alerts.csv',
    'GET /api/v1/board/export',
    'GET /api/v1/audit.csv',
    'GET /api/v1/timeline.html',
    'GET /api/v1/timeline.pdf',
    'GET /api/v1/public/codes.pdf',
    'GET /api/v1/shifts/:shiftId/handover.html',
    'GET /api/v1/clauses/export',
    'GET /api/v1/alerts/:alertId/recording.mp4',
    'POST /api/v1/accounts',
    'PATCH /api/v1/accounts/:id',
    'POST /api/v1/accounts/:id/reset',
    'DELETE /api/v1/sign-ins/:id',
    'DELETE /api/v1/screens/:id',
    'POST /api/v1/pairings/confirm',
  ],
};

/** What takes something away for good, gives a key, a code or rights to somebody, or carries records out of the hub. */
export const wantsStepUp = {
  requests:
    /:(delete|remove|erase|revoke|withdraw|takeBack|make|export|download|print|reset|create(Key|Link|Code)|saveKey|set(Leader|Role|Rights))/,
  routes:
    /^DELETE |\/(export|download|print|reset|recovery-codes|codes)\b|\.(csv|xlsx|pdf|html|mp4|zip|json)$|^POST .*-(keys|devices|links)$/,
};

/** What is among these and asks nobody again, with the reason. */
export const withoutStepUp: Record<string, string> = {
  'public:withdrawConsent': 'what a kitchen does not agree to any more is hidden at once',
  'showcase:takeBackCase': 'what visitors must not see any more is hidden at once',
  'sites:revokeLink': 'a lost phone of a site is shut out at once, and a new link is one click',
  'squads:revokePhone': 'a lost phone is shut out at once, and a new code is one click',
  'talk:revokeFloor': 'a floor is taken from a talker for the moment, nothing is deleted',
  'DELETE /whep/:cameraId/:sessionId': 'a key ends its own view',
  'DELETE /whip/:deviceId/:sessionId': 'a recorder ends its own picture',
  'DELETE /api/v1/session': 'one signs out oneself',
  'DELETE /api/v1/site-session': 'a phone of a site signs out itself',
  'DELETE /api/v1/session/sign-ins/:sessionId': 'one ends another sign-in of one’s own, which may be stolen',
  'DELETE /api/v1/session/codes':
    'the route asks itself (sessionRoutes.ts), in whatever state the account is',
  'POST /api/v1/session/codes': 'as DELETE /api/v1/session/codes',
  'POST /api/v1/session/codes/confirm': 'the code that is sent is the proof',
  'POST /api/v1/session/recovery-codes': 'as DELETE /api/v1/session/codes',
  'POST /api/v1/session/recovery-codes/kept': 'only says that they were written down',
  'GET /api/v1/openapi.json': 'the description of the interface, which is public',
};

/** Routes that do the same as a request of a desk: for whom, and with what confirmation, is said by the request. */
export const twinsOfRoutes = {
  'GET /api/v1/whip-devices': 'whip:listDevices',
  'POST /api/v1/whip-devices': 'whip:makeDevice',
  'DELETE /api/v1/whip-devices/:deviceId': 'whip:removeDevice',
  'PUT /api/v1/alert-kinds': 'alerts:saveKind',
  'GET /api/v1/alerts/:alertId': 'alerts:read',
  'GET /api/v1/cameras/:cameraId/poster.jpg': 'cameras:getPoster',
  'GET /api/v1/orders': 'orders:search',
  'GET /api/v1/orders/:orderId': 'orders:read',
  'POST /api/v1/orders': 'orders:create',
  'POST /api/v1/orders/:orderId/commands': 'orders:direct',
  'GET /api/v1/findings': 'findings:search',
  'GET /api/v1/findings/:findingId': 'findings:read',
  'POST /api/v1/findings': 'findings:create',
  'POST /api/v1/findings/:findingId/commands': 'findings:work',
  'POST /api/v1/clauses/import': 'findings:saveClause',
  'GET /api/v1/webhooks': 'webhooks:list',
  'POST /api/v1/webhooks': 'webhooks:create',
  'POST /api/v1/webhooks/:webhookId/state': 'webhooks:setState',
  'POST /api/v1/webhooks/:webhookId/test': 'webhooks:sendTest',
  'DELETE /api/v1/webhooks/:webhookId': 'webhooks:delete',
} as const;
