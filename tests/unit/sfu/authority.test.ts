import { describe, expect, it } from 'vitest';
import { createRequestScopes } from '../../../src-sfu/app/requestScopes.ts';
import { joinScopes } from '../../../src-sfu/base/requestScopes.ts';
import { createBudgets, createConnectionLoad } from '../../../src-sfu/signaling/budgets.ts';
import { createConnectionLife } from '../../../src-sfu/base/connectionLife.ts';
import type { SurfaceContext } from '../../../src-sfu/signaling/handlers.ts';
import { createRequestRunner } from '../../../src-sfu/signaling/requestRunner.ts';
import type { Refused } from '../../../src-shared/protocol/define.ts';
import { notices, requests, type RequestName } from '../../../src-shared/protocol/index.ts';
import { receives } from '../../../src-shared/session/audience.ts';
import { keyPurposes } from '../../../src-shared/session/keyPurposes.ts';
import { may, wholeCity, type Principal } from '../../../src-shared/session/principal.ts';
import {
  capabilities,
  capabilitiesOf,
  roles,
  whileLocked,
  type Role,
} from '../../../src-shared/session/roles.ts';
import { county, letters, principalOf } from './authorityStage.ts';
import {
  expectedCapabilities,
  expectedKeyCapabilities,
  expectedNotices,
  expectedRequests,
  expectedRoutes,
  expectedStepUp,
  ownScopes,
  stepUpInputsOfFeatures,
  wantsStepUp,
  withoutStepUp,
} from './authorityTables.ts';

/** In the county are camera c, alert a, member ann, device d, and the orders o, of alert a, and oo, of an alert elsewhere; everything else is not. */
const joint = createRequestScopes({
  districtOf: (cameraId) => (cameraId === 'c' ? '咸安区' : cameraId === 'elsewhere' ? '赤壁市' : undefined),
  siteOf: (cameraId) => (cameraId === 'c' ? 's' : cameraId === 'next' ? 'neighbour' : undefined),
  districtOfAlert: (alertId) => Promise.resolve(alertId === 'a' ? '咸安区' : undefined),
  squadOfMember: (memberId) => (memberId === 'ann' ? 'wenquan' : memberId === 'zhang' ? 'yongan' : undefined),
  squadOfEmergency: (emergencyId) => (emergencyId === 'e' ? 'wenquan' : undefined),
  homeDistrictsOf: (squadId) => (squadId === 'wenquan' ? ['崇阳县'] : []),
  resourceOfOpenOrder: (orderId) => ({ district: orderId === 'o' ? '咸安区' : undefined }),
  resourceOfFinding: (findingId) => Promise.resolve({ district: findingId === 'f' ? '咸安区' : undefined }),
  districtOfSite: (siteId) => (siteId === 's' ? '咸安区' : siteId === 't' ? '赤壁市' : undefined),
  resourceOfOrder: (orderId) =>
    Promise.resolve({ district: orderId === 'o' || orderId === 'oo' ? '咸安区' : undefined }),
  squadOfOrder: (orderId) => Promise.resolve(orderId === 'o' ? 'wenquan' : undefined),
  alertOfOrder: (orderId) => Promise.resolve(orderId === 'oo' ? 'b' : 'a'),
  resourceOfTimeline: ({ id }) =>
    Promise.resolve({ district: id === 'o' || id === 's' ? '咸安区' : undefined }),
  districtOfReport: (reportId) => Promise.resolve(reportId === 'r' ? '咸安区' : undefined),
  memberOfDevice: (deviceId) => (deviceId === 'd' ? 'ann' : undefined),
});
const scopes = joinScopes(joint, ownScopes);

async function answerOf(
  principal: Principal,
  name: string,
  input: unknown,
  isConfirmed = true,
): Promise<Refused | undefined> {
  const run = createRequestRunner({
    handlers: new Proxy(
      {},
      { get: () => () => Promise.resolve({ ok: true, data: { answers: [] } }) },
    ) as never,
    scopes,
    budgets: createBudgets(),
    isConfirmed: () => isConfirmed,
    logger: { error: () => undefined } as never,
    leaveAgain: () => undefined,
    onDone: () => undefined,
    onDenied: () => undefined,
    onRequest: () => undefined,
  });
  const context = {
    connectionId: 'k',
    isPhoneOnly: false,
    identity: { surface: 'desk', principal, role: principal.role },
  } as unknown as SurfaceContext;
  const asker = { context, life: createConnectionLife(), load: createConnectionLoad(() => 0) };
  return new Promise((resolve) => {
    void run(asker, name, [input, (reply: { ok: true } | Refused) => resolve(reply.ok ? undefined : reply)]);
  });
}

const rolesAsLetters = (isOne: (principal: Principal) => boolean): string =>
  roles
    .filter((role) => isOne(principalOf(role)))
    .map((role) => letters[role])
    .join('');

describe('every capability', () => {
  it('is of exactly the roles that the table says', () => {
    const found = capabilities.map((capability) => [
      capability,
      roles
        .filter((role) => capabilitiesOf(role).includes(capability))
        .map((role) => letters[role])
        .join(''),
    ]);
    expect(Object.fromEntries(found)).toEqual(expectedCapabilities);
  });

  it.each(keyPurposes)('is of a key of %s exactly as the table says', (purpose) => {
    const key = principalOf('platform', wholeCity, purpose);
    const ofKey = capabilities.filter((capability) => may(key, capability));
    expect([...ofKey].sort()).toEqual([...expectedKeyCapabilities[purpose]].sort());
  });
});

describe('every request', () => {
  it('is in the table of expected answers, and no other', () => {
    expect(Object.keys(requests).sort()).toEqual(Object.keys(expectedRequests).sort());
  });

  it.each(Object.entries(expectedRequests))('%s is answered to %j alone', async (name, [allowed]) => {
    const answers = await Promise.all(
      roles.map(async (role) => ({ role, refused: await answerOf(principalOf(role), name, {}) })),
    );
    const letIn = answers.filter(({ refused }) => refused?.reason !== 'session.forbidden');
    expect(letIn.map(({ role }) => letters[role]).join('')).toBe(allowed);
  });

  it.each(Object.entries(expectedRequests))(
    '%s is to an officer of a county %j',
    async (name, [allowed, about, sample]) => {
      const scope = scopes[name as RequestName];
      expect(typeof scope === 'string' ? scope : 'thing').toBe(about);
      // What an administrator may not do, a squad leader may.
      const role = allowed === 'l' ? 'squad_leader' : 'administrator';
      const officer = principalOf(role, county);
      if (about !== 'thing') {
        const refused = await answerOf(officer, name, {});
        expect(refused?.reason === 'session.outside_scope').toBe(about === 'city');
        return;
      }
      const { own, other } = sample ?? { own: [], other: [] };
      expect(own.length > 0 && other.length > 0).toBe(true);
      for (const input of own) {
        expect(await answerOf(officer, name, input)).toBeUndefined();
      }
      for (const input of other) {
        expect(await answerOf(officer, name, input)).toMatchObject({ reason: 'session.outside_scope' });
        expect(await answerOf(principalOf(role), name, input)).toBeUndefined();
      }
    },
  );
});

describe('the password or a code again', () => {
  it('is asked for what the table says, and for nothing else', () => {
    const asking = Object.entries(requests).filter(([, definition]) => 'needs' in definition);
    expect(asking.map(([name]) => name).sort()).toEqual(expectedStepUp.requests.toSorted());
  });

  it('is asked for everything that deletes, exports or gives a key, but for what the table gives a reason for', () => {
    const routes = Object.keys(expectedRoutes).filter((name) => wantsStepUp.routes.test(name));
    const asked = Object.keys(requests).filter((name) => wantsStepUp.requests.test(name));
    const confirmed = [...expectedStepUp.routes, ...expectedStepUp.requests];
    const unconfirmed = [...routes, ...asked].filter((name) => !confirmed.includes(name));
    expect(unconfirmed.sort()).toEqual(Object.keys(withoutStepUp).sort());
    // Exports and keys are found by their names, so that a new one is not forgotten.
    expect(routes).toEqual(expect.arrayContaining(['GET /api/v1/board/export', 'POST /api/v1/alert-keys']));
  });

  it.each(expectedStepUp.requests)('is asked for %s of who may do it, and not of others', async (name) => {
    const input = stepUpInputs[name];
    const administrator = principalOf('administrator');
    expect(await answerOf(administrator, name, input, false)).toMatchObject({
      code: 'forbidden',
      reason: 'accounts.confirm_first',
    });
    expect(await answerOf(administrator, name, input, true)).toBeUndefined();
    expect(await answerOf(principalOf('auditor'), name, input, false)).toMatchObject({
      reason: 'session.forbidden',
    });
  });
});

const upperSettings = {
  name: '省平台',
  address: '10.0.0.1',
  port: 5060,
  domain: '4200000000',
  theirId: '42000000002000000001',
  ourId: '42120000002000000001',
  userName: '42120000002000000001',
  transport: 'udp',
  edition: '2016',
  registerSeconds: 3_600,
  keepaliveSeconds: 60,
  mayTurn: false,
  mayWatch: true,
  maxViews: 16,
  mediaAddresses: [],
  sameIds: [],
  otherIds: [],
  hours: null,
  isOn: true,
};

/** An input of each request that asks for a confirmation. */
const stepUpInputs: Record<string, object> = {
  ...stepUpInputsOfFeatures,
  'cameras:allowClearPassword': { cameraId: 'c' },
  'recorders:add': { recorderId: '42120000001180000001', name: 'r' },
  'recorders:change': { recorderId: '42120000001180000001', name: 'r' },
  'recorders:remove': { recorderId: '42120000001180000001' },
  'recorders:match': {
    matches: [{ recorderId: '42120000001180000001', channelId: '42120000001320000001', cameraId: 'c' }],
  },
  'recorders:release': { cameraId: 'c' },
  'recorders:setPlatform': { settings: null },
  'onvif:signIn': { deviceIds: ['d'], username: 'admin', password: 'kitchen-7' },
  'onvif:place': { places: [{ deviceId: 'd', sourceToken: 't', siteId: 's', name: '灶台' }] },
  'onvif:takeOver': { deviceId: 'd', sourceToken: 't', cameraId: 'c' },
  'onvif:forget': { deviceId: 'd' },
  'cascade:add': { settings: upperSettings, password: 'kitchen-7' },
  'cascade:change': { upperId: 'u', settings: upperSettings, revision: 'r' },
  'cascade:remove': { upperId: 'u' },
  'cascade:share': { upperId: 'u', shared: { districts: [], cameraIds: [] }, revision: 'r' },
  'cascade:openCamera': { cameraId: 'c', hours: null },
  'sites:makeLink': { siteId: 's', forWhom: '张经理' },
  'squads:makeSignInCode': { memberId: 'ann' },
  'squads:removeMember': { memberId: 'ann' },
  'squads:removeSquad': { squadId: 'wenquan' },
  'squads:setLeader': { memberId: 'ann', isLeader: true },
  'kitchenTalk:removeSentence': { kindId: 'no_hat', language: 'zh' },
  'turning:deletePreset': { cameraId: 'c', number: 1 },
  'wall:removeSaved': { commandId: 'k', type: 'scene', id: 's' },
  'webhooks:create': { name: 'w', url: 'https://city.example/hook', subjects: ['orders'] },
  'webhooks:setState': { webhookId: 'w', state: 'off' },
  'webhooks:delete': { webhookId: 'w' },
  'whip:makeDevice': { name: 'r', memberId: 'ann' },
  'whip:removeDevice': { deviceId: 'd' },
};

describe('a site', () => {
  const site: Principal = { ...principalOf('site'), accountId: 's' };
  const ofSites = Object.entries(expectedRequests).filter(([, [allowed]]) => allowed === 't');

  it.each(Object.entries(expectedRequests).filter(([, [allowed]]) => allowed.includes('t')))(
    '%s reaches its own cameras and nothing else',
    async (name, [, about]) => {
      if (about !== 'thing') {
        expect(['any', 'filtered']).toContain(about);
        return;
      }
      const inputOf = (cameraId: string): object => ({
        cameraId,
        streamId: cameraId.startsWith('bodycam:') ? cameraId : `${cameraId}:sub`,
        stream: 'sub',
        streams: [{ cameraId, stream: 'sub' }],
      });
      expect(await answerOf(site, name, inputOf('c'))).toBeUndefined();
      for (const other of ['next', 'elsewhere', 'unknown', 'bodycam:ann', 'bodycam:nobody']) {
        expect(await answerOf(site, name, inputOf(other))).toMatchObject({ reason: 'session.outside_scope' });
      }
    },
  );

  it('has no right that is about a district, a squad, a member, a screen or another site', () => {
    const others = [
      { district: '咸安区' },
      { squadId: 'wenquan' },
      { memberId: 's' },
      { screenId: 's' },
      { siteId: 't' },
      { siteId: undefined },
      { district: '咸安区', siteId: 't' },
    ];
    for (const capability of capabilities) {
      for (const other of others) expect(may(site, capability, other)).toBe(false);
    }
    expect(may(site, 'cameras:view', { district: '咸安区', siteId: 's' })).toBe(true);
  });

  it('receives no notice about another site, and only those of its own role about its own', () => {
    const received = (about: object): string[] =>
      Object.entries(notices)
        .filter(([, { audience }]) => audience.to !== 'everyone' && receives(audience, site, about))
        .map(([name]) => name);
    expect(received({ siteId: 't' })).toEqual([]);
    expect(received({ district: '咸安区' })).toEqual([]);
    expect(received({ siteId: 's' }).sort()).toEqual(
      ['findings:ownChanged', 'media:workerReplaced', 'sites:alertsChanged', 'sites:camerasChanged'].sort(),
    );
    expect(ofSites.map(([name]) => name).sort()).toEqual(
      [
        'findings:answerOwn',
        'findings:getOwnPictures',
        'findings:readOwn',
        'sites:getAlertPicture',
        'sites:readAlerts',
        'sites:report',
      ].sort(),
    );
  });
});

describe('a desk that is locked', () => {
  const locked = (role: Role): Principal => ({
    ...principalOf(role),
    grants: whileLocked,
    standing: 'locked',
  });

  it('may ask only for what a call needs, and say that an SOS is shown', async () => {
    const allowed = new Set([
      'session:join',
      'session:checkLink',
      'squads:signIn',
      'squads:confirmEmergencyShown',
      ...Object.keys(requests).filter((name) => /^(media|talk):/.test(name) && name !== 'talk:revokeFloor'),
    ]);
    for (const name of Object.keys(requests)) {
      for (const role of ['administrator', 'supervisor', 'duty_officer', 'auditor'] as const) {
        const refused = await answerOf(locked(role), name, {});
        const mayAsk = refused?.reason !== 'session.forbidden';
        if (!mayAsk) continue;
        expect(allowed, `${role} ${name}`).toContain(name);
      }
    }
  });

  it('receives nothing but counts, SOS and what everybody does', () => {
    const received = Object.entries(notices)
      .filter(([, { audience }]) => receives(audience, locked('administrator')))
      .map(([name]) => name);
    expect(received.sort()).toEqual(
      [
        'alerts:countsChanged',
        'media:workerReplaced',
        'session:clockSet',
        'session:hubStopping',
        'squads:emergencyChanged',
      ].sort(),
    );
  });
});

describe('every notice', () => {
  it('is in the table of expected receivers, and no other', () => {
    expect(Object.keys(notices).sort()).toEqual(Object.keys(expectedNotices).sort());
  });

  it.each(Object.entries(expectedNotices))('%s goes to %j alone', (name, allowed) => {
    const { audience } = notices[name as keyof typeof notices];
    expect(rolesAsLetters((principal) => receives(audience, principal))).toBe(allowed);
  });

  it.each(Object.keys(expectedNotices))('%s about another county goes to no officer of this one', (name) => {
    const { audience } = notices[name as keyof typeof notices];
    for (const role of roles) {
      const officer = principalOf(role, county);
      const elsewhere = { district: '赤壁市', squadId: 'yongan' };
      expect(receives(audience, officer, elsewhere)).toBe(audience.to === 'everyone');
    }
  });
});
