import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { protocolVersion } from '../../src-shared/protocol/version.ts';
import { startHubProcess } from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';
import { figureOf, type Bench } from './figures.ts';

const squads = 30;
const membersOfSquad = 10;
const defaultCount = 200;
const signInEveryMs = 20;
/** Members with an order, so that their load counts. */
const busyMembers = 60;
/** Middle of the city and half its width, degrees. */
const middle = { latitude: 29.84, longitude: 114.32 };
const halfWidthDegrees = 0.2;

/**
 * `orders.rank`: from an officer's question who should go to the answer at the desk, over the socket: 300 members on duty with phones that
 * have reported where they are, 60 of them with an order; each question is of another place. No router.
 */
export const benchOrdersRank: Bench = async (report, progress, { count = defaultCount }) => {
  const hub = await startHubProcess({
    settings: { MINGCHU_MAX_SURFACES: '400', MINGCHU_MEDIA_WORKERS: '1' },
  });
  const clients: SurfaceClient[] = [];
  try {
    const desk = await connectSurface(hub.url);
    clients.push(desk);
    await asked(desk, 'session:join', { surface: 'desk', officer: { id: 'seat-1', name: '值班席1' } });
    for (let number = 0; number < squads * membersOfSquad; number += 1) {
      clients.push(await addMember(hub.url, desk, number));
    }
    for (let number = 0; number < busyMembers; number += 1) {
      const memberId = `member-${number * 5}`;
      await asked(desk, 'orders:create', {
        orderId: `order-${number}`,
        content: { kind: 'inspection', priority: 3, place: placeOf(number), instructions: '', checklist: [] },
        crew: { memberIds: [memberId], inChargeId: memberId },
      });
    }
    progress(`  ${squads * membersOfSquad} members are on duty, ${busyMembers} with an order`);
    const times: number[] = [];
    for (let number = 0; number < count; number += 1) {
      const askedAtMs = performance.now();
      const { candidates } = await asked(desk, 'orders:rank', { place: placeOf(number * 7) });
      times.push(performance.now() - askedAtMs);
      if (candidates.length !== squads * membersOfSquad || candidates[0]?.distanceM === undefined) {
        throw new Error(`${candidates.length} members were ranked, the first of an unknown distance`);
      }
    }
    report(figureOf('orders.rank', 'ms', times));
  } finally {
    for (const client of clients) client.close();
    await hub.stop();
  }
};

/** A member with a phone that is on duty and has reported its position. */
async function addMember(hubUrl: string, desk: SurfaceClient, number: number): Promise<SurfaceClient> {
  const squadId = `squad-${number % squads}`;
  const memberId = `member-${number}`;
  if (number < squads) {
    await asked(desk, 'squads:saveSquad', {
      squad: { squadId, name: squadId, startsBodyCamInEmergency: false },
    });
  }
  await asked(desk, 'squads:saveMember', { member: { memberId, squadId, name: memberId } });
  // Connections that are not signed in yet have 60 requests a second together.
  await delay(signInEveryMs);
  const { code } = await asked(desk, 'squads:makeSignInCode', { memberId });
  const token = randomBytes(32).toString('base64url');
  const phone = await connectSurface(hubUrl, { protocolVersion, isPhone: true });
  await asked(phone, 'squads:signIn', { code, token, phoneName: memberId });
  await asked(phone, 'session:join', { surface: 'field', memberToken: token });
  const { latitude, longitude } = placeOf(number);
  await asked(phone, 'squads:reportStatuses', {
    changes: [{ changeId: `on-${number}`, status: 'available', ageMs: 0 }],
  });
  await asked(phone, 'squads:reportPositions', {
    positions: [{ latitude, longitude, accuracyM: 10, ageMs: 0 }],
  });
  return phone;
}

/** Somewhere in the city, another for each number. */
function placeOf(number: number) {
  const turn = (number * 0.618_034) % 1;
  const distance = ((number * 0.754_878) % 1) * halfWidthDegrees;
  return {
    name: `place ${number}`,
    latitude: middle.latitude + distance * Math.sin(2 * Math.PI * turn),
    longitude: middle.longitude + distance * Math.cos(2 * Math.PI * turn),
  };
}

async function asked<Name extends RequestName>(
  client: SurfaceClient,
  name: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const answer = await client.request(name, input);
  if (!answer.ok) throw new Error(`${name} was refused: ${answer.message}`);
  return answer.data;
}
