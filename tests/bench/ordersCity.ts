import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { districts } from '../../src-shared/cameras/cameras.protocol.ts';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';
import { protocolVersion } from '../../src-shared/protocol/version.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';

export const squads = 30;
/** Connections that are not signed in yet have 60 requests a second together. */
const signInEveryMs = 20;
/** Middle of the city and half its width, degrees. */
const middle = { latitude: 29.84, longitude: 114.32 };
const halfWidthDegrees = 0.2;

/** The desk of an officer, over the socket. */
export async function openOrdersDesk(hubUrl: string, number: number): Promise<SurfaceClient> {
  const desk = await connectSurface(hubUrl);
  const officer = { id: `seat-${number}`, name: `值班席${number}` };
  await asked(desk, 'session:join', { surface: 'desk', officer });
  return desk;
}

/** A member with a phone that is on duty and has reported its position. */
export async function addMember(hubUrl: string, desk: SurfaceClient, number: number): Promise<SurfaceClient> {
  const squadId = `squad-${number % squads}`;
  const memberId = `member-${number}`;
  if (number < squads) {
    await asked(desk, 'squads:saveSquad', {
      squad: { squadId, name: squadId, startsBodyCamInEmergency: false, homeDistricts: [districtOf(number)] },
    });
  }
  await asked(desk, 'squads:saveMember', { member: { memberId, squadId, name: memberId } });
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

/** The district of a squad or a place, another for each number in turn. */
export function districtOf(number: number): (typeof districts)[number] {
  return districts[number % districts.length] ?? districts[0];
}

/** Somewhere in the city, another for each number. */
export function placeOf(number: number) {
  const turn = (number * 0.618_034) % 1;
  const distance = ((number * 0.754_878) % 1) * halfWidthDegrees;
  return {
    name: `place ${number}`,
    latitude: middle.latitude + distance * Math.sin(2 * Math.PI * turn),
    longitude: middle.longitude + distance * Math.cos(2 * Math.PI * turn),
  };
}

export async function asked<Name extends RequestName>(
  client: SurfaceClient,
  name: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const answer = await client.request(name, input);
  if (!answer.ok) throw new Error(`${name} was refused: ${answer.message}`);
  return answer.data;
}
