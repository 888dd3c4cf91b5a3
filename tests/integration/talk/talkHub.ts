import { randomBytes } from 'node:crypto';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { ProducedRtpParameters } from '../../../src-shared/talk/sending.protocol.ts';
import type { HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { withConfirmation } from '../../support/testAccount.ts';

/** The data of an answer, or an error with what the hub said. */
export function granted<T>(answer: Ack<T>): T {
  if (!answer.ok) throw new Error(`the hub refused: ${answer.code}: ${answer.message}`);
  return answer.data;
}

/** A desk at the hub, joined. */
export async function openDesk(hub: HubProcess, name = 'seat 1') {
  const client = await connectSurface(hub.url);
  const { snapshot } = granted(
    await client.request('session:join', { surface: 'desk', officer: { id: name, name } }),
  );
  return { ...client, snapshot };
}
export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** Two squads, three members: ann and bo in Wenquan, chen in Yong'an. */
export async function addSquads(desk: Pick<SurfaceClient, 'request'>): Promise<void> {
  for (const [squadId, name] of [
    ['wenquan', '温泉中队'],
    ['yongan', '永安中队'],
  ] as const) {
    granted(
      await desk.request('squads:saveSquad', { squad: { squadId, name, startsBodyCamInEmergency: false } }),
    );
  }
  for (const [memberId, squadId] of [
    ['ann', 'wenquan'],
    ['bo', 'wenquan'],
    ['chen', 'yongan'],
  ] as const) {
    granted(await desk.request('squads:saveMember', { member: { memberId, squadId, name: memberId } }));
  }
}

export const newToken = (): string => randomBytes(32).toString('base64url');

/** A phone's bare connection, not signed in. */
export const connectPhone = (hub: HubProcess): Promise<SurfaceClient> =>
  connectSurface(hub.url, { protocolVersion, isPhone: true });

/** A phone that is signed in as a member, over a code of the desk, and joined. */
export async function signIn(
  hub: HubProcess,
  desk: Pick<SurfaceClient, 'request'>,
  memberId: string,
  options: { hasVoice?: boolean } = {},
) {
  const made = await withConfirmation(hub.url, () => desk.request('squads:makeSignInCode', { memberId }));
  const { code } = granted(made);
  const token = newToken();
  const client = await connectPhone(hub);
  granted(await client.request('squads:signIn', { code, token, phoneName: `${memberId}’s phone` }));
  const snapshot = await joinPhone(client, token);
  if (options.hasVoice !== false) await makeVoice(client);
  return { ...client, token, snapshot };
}
export type Phone = Awaited<ReturnType<typeof signIn>>;

export async function joinPhone(
  client: SurfaceClient,
  memberToken: string,
): Promise<OutputOf<'session:join'>['snapshot']> {
  return granted(await client.request('session:join', { surface: 'field', memberToken })).snapshot;
}

/** Declares a voice, as a browser would; no packet of it ever comes. */
export async function makeVoice(client: Pick<SurfaceClient, 'request'>): Promise<string> {
  const { transport } = granted(await client.request('talk:openSending', {}));
  const made = await client.request('talk:produceVoice', {
    transportId: transport.transportId,
    rtpParameters: opus(randomBytes(4).readUInt32BE()),
  });
  return granted(made).producerId;
}

/** Declares a voice for kitchens, as a browser would; no packet of it ever comes, so that a kitchen hears the tone and silence. */
export async function giveKitchenVoice(client: Pick<SurfaceClient, 'request'>): Promise<void> {
  const { transport } = granted(await client.request('talk:openSending', {}));
  const rtpParameters: ProducedRtpParameters = {
    codecs: [{ mimeType: 'audio/PCMA', payloadType: 8, clockRate: 8_000, channels: 1 }],
    encodings: [{ ssrc: randomBytes(4).readUInt32BE() }],
    rtcp: { cname: 'desk' },
  };
  const { transportId } = transport;
  granted(await client.request('kitchenTalk:produceVoice', { transportId, rtpParameters }));
}

export function opus(ssrc: number): ProducedRtpParameters {
  return {
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { useinbandfec: 1, usedtx: 1 },
      },
    ],
    encodings: [{ ssrc }],
    rtcp: { cname: 'phone' },
  };
}

export function vp8(ssrc: number): ProducedRtpParameters {
  return {
    codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
    encodings: [{ ssrc }],
    rtcp: { cname: 'phone' },
  };
}
