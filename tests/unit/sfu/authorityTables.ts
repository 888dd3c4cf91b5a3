import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';
import type { Samples } from './authoritySamples.ts';

/**
 * What is expected of the table of rights, by the letters of authorityStage.ts. What belongs to one feature is in `authority/<feature>.ts`;
 * a new name that is in none of these files fails the test.
 */

/** Who may ask; which part of the city it is about; inputs for a request that is about one thing. */
export type ExpectedRequest = readonly [
  letters: string,
  about: 'any' | 'filtered' | 'city' | 'thing',
  samples?: Samples,
];

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

export const expectedCapabilities: Record<string, string> = ofFeatures((feature) => feature.capabilities);

export const expectedRequests: Record<string, ExpectedRequest> = ofFeatures((feature) => feature.requests);

export const expectedNotices: Record<string, string> = ofFeatures((feature) => feature.notices);

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
export const expectedRoutes: Record<string, ExpectedRoute> = ofFeatures((feature) => feature.routes);

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
