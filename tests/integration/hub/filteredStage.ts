import sharp from 'sharp';
import { addPerson, personPassword } from '../../support/accountBrowser.ts';
import type { HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { granted, makeVoice, signIn } from '../talk/talkHub.ts';
import { makeAlertKey } from '../../support/alertSender.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { filteredChecks, type FilteredCheck, type Stage } from './filteredChecks.ts';
import { announcementOf, routeChecks, type Asked, type RouteCheck } from './filteredRoutes.ts';

/**
 * Gives a hub with a county and another district the same things in both: findings, orders, recorders of members, talks, false alarms and
 * shifts. Answers a supervisor of the county, the phone of its site, and the checks of what they are answered.
 */
export async function openFilteredStage(
  hub: HubProcess,
  city: Pick<SurfaceClient, 'request'>,
  parts: {
    alerts: Stage['alerts'];
    raise(of: 'own' | 'other', kind: string, more?: object): Promise<string>;
  },
): Promise<{
  supervisor: SurfaceClient;
  site: SurfaceClient;
  checks: FilteredCheck[];
  routes: Record<string, RouteCheck>;
  /** Over HTTP, as the supervisor of the county. */
  askOverHttp(method: string, asked: Asked): Promise<Response>;
}> {
  const { alerts, raise } = parts;
  const sides = ['own', 'other'] as const;
  const district = { own: '咸安区', other: '通城县' } as const;
  const memberOf = { own: 'ann', other: 'chen' };
  const siteIds = { own: '', other: '' };
  const cameraIds = { own: '', other: '' };
  const devices = { own: '', other: '' };
  const pictured = { own: '', other: '' };

  /** A supervisor of one district with a shift. */
  const openSupervisor = async (name: string, of: 'own' | 'other') => {
    const scope = { districts: [district[of]], squads: [of === 'own' ? 'wenquan' : 'yongan'] };
    const person = await addPerson(hub, { name, role: 'supervisor', scope });
    const client = await connectSurface(hub.url, undefined, { cookie: person.cookie() });
    granted(await client.request('session:join', { surface: 'desk' }));
    granted(await client.request('shifts:begin', { shiftId: `shift-${of}` }));
    return { client, person };
  };
  /** The phone of the county's site, signed in by a link. */
  const openSite = async (): Promise<SurfaceClient> => {
    const { code } = granted(
      await city.request('sites:makeLink', { siteId: siteIds.own, forWhom: '张经理' }),
    );
    const signedIn = await fetch(`${hub.url}/api/v1/site-session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, token: 'site-'.padEnd(43, 'y') }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const client = await connectSurface(hub.url, undefined, { cookie });
    granted(await client.request('session:join', { surface: 'site' }));
    return client;
  };

  const { sites, cameras } = granted(await city.request('cameras:readDirectory', {}));
  await makeVoice(city);
  const drawn = sharp({ create: { width: 64, height: 48, channels: 3, background: '#804020' } });
  const jpeg = await drawn.jpeg().toBuffer();
  for (const of of sides) {
    siteIds[of] = sites.find((one) => one.district === district[of])?.siteId ?? '';
    cameraIds[of] = cameras.find(({ siteId }) => siteId === siteIds[of])?.cameraId ?? '';
    const falseAlarm = await raise(of, 'no_hat');
    const deed = { type: 'callFalse' as const, reason: 'nothing_there' as const };
    granted(await city.request('alerts:work', { commandId: `f-${of}`, alertIds: [falseAlarm], deed }));
    pictured[of] = await raise(of, 'smoking', { snapshot: { base64: jpeg.toString('base64') } });
    for (const number of [1, 2]) {
      const content = { class: 2 as const, clauses: [], words: '垃圾桶未加盖' };
      const findingId = `finding-${of}-${number}`;
      const about = number === 1 ? { alertId: pictured[of] } : { siteId: siteIds[of] };
      granted(await city.request('findings:create', { findingId, ...about, content }));
    }
    const place = { name: '灶台', siteId: siteIds[of], district: district[of] };
    const content = {
      kind: 'other' as const,
      priority: 2 as const,
      place,
      instructions: '',
      checklist: [],
    };
    granted(await city.request('orders:create', { orderId: `order-${of}`, content }));
    const memberId = memberOf[of];
    const made = await city.request('whip:makeDevice', { name: `recorder of ${memberId}`, memberId });
    devices[of] = granted(made).device.deviceId;
    granted(await city.request('public:recordConsent', { siteId: siteIds[of], agreedOn: '2026-01-01' }));
    const attachmentId = `of-city-${of}`;
    for (const [method, path, sent] of [
      ['POST', '', announcementOf(jpeg, attachmentId, `order-${of}`)],
      ['PUT', `/${attachmentId}/upload?offset=0`, jpeg],
    ] as const) {
      const body = bodyOf(Buffer.isBuffer(sent) ? { bytes: sent } : { json: sent });
      const answer = await hubFetch(`${hub.url}/api/v1/attachments${path}`, { method, ...body });
      if (!answer.ok) throw new Error(await answer.text());
    }
    const phone = await signIn(hub, city, memberId, { hasVoice: false });
    granted(await phone.request('squads:raiseEmergency', { emergencyId: `sos-${of}`, ageMs: 0, press: 1 }));
    granted(await city.request('squads:acknowledgeEmergency', { emergencyId: `sos-${of}` }));
    const end = { emergencyId: `sos-${of}`, outcome: 'false' as const, reason: '误触' };
    granted(await city.request('squads:endEmergency', end));
    phone.close();
    const floor = { groupId: of === 'own' ? 'squad:wenquan' : 'squad:yongan', press: of === 'own' ? 1 : 2 };
    granted(await city.request('talk:requestFloor', { ...floor, priority: 'normal' }));
    granted(await city.request('talk:releaseFloor', floor));
  }
  const { client: supervisor, person } = await openSupervisor('县班长', 'own');
  await person.ask('POST', 'session/confirm', { password: personPassword });
  const keys = {
    county: await makeAlertKey(hub.url, { purpose: 'pictures', districts: [district.own] }),
    city: await makeAlertKey(hub.url, { purpose: 'pictures' }),
  };
  (await openSupervisor('通城班长', 'other')).client.close();
  return {
    supervisor,
    site: await openSite(),
    checks: filteredChecks({ alerts, cameraIds }),
    routes: routeChecks({ alerts, cameraIds, siteIds, devices, pictured, jpeg }),
    askOverHttp(method, asked) {
      const { headers, ...body } = bodyOf(asked);
      const door: Record<string, string> =
        asked.byKey === undefined
          ? { cookie: person.cookie() }
          : { authorization: `Bearer ${keys[asked.byKey].secret}` };
      return fetch(`${hub.url}${asked.path}`, { method, headers: { ...headers, ...door }, ...body });
    },
  };
}

/** What is sent along with a request over HTTP. */
function bodyOf({ json, bytes, offer }: Omit<Asked, 'path'>): {
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
} {
  if (offer !== undefined) return { headers: { 'content-type': 'application/sdp' }, body: offer };
  if (json !== undefined)
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
  if (bytes !== undefined)
    return { headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(bytes) };
  return { headers: {} };
}
