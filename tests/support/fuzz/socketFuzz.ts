import * as messagePackParser from 'socket.io-msgpack-parser';
import { Decoder } from '../../../src-sfu/signaling/boundedParser.ts';
import type { RequestName } from '../../../src-shared/protocol/index.ts';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { eventually } from '../processes.ts';
import { frameTypes, openRawSurface, type RawSurface } from '../rawSurface.ts';
import type { Chance } from './chance.ts';
import { hostileText, hostileValue, withOneFault } from './hostileValues.ts';
import { inputLike } from './requestInputs.ts';

const encoder = new messagePackParser.Encoder();

/** One packet of socket.io as surfaces send it. */
export function encodePacket(packet: object): Buffer {
  return (encoder.encode(packet as never) as unknown as Buffer[])[0] ?? Buffer.alloc(0);
}

/** What a surface sends first. */
export const firstPacket = (): Buffer => encodePacket({ type: 0, nsp: '/', data: { protocolVersion } });
export const requestPacket = (id: number, name: string, input?: unknown): Buffer =>
  encodePacket({ type: 2, nsp: '/', id, data: [name, input] });

/** What a surface says of itself when it joins. */
export interface JoinInput {
  surface: 'desk' | 'field';
  officer?: { id: string; name: string };
  memberToken?: string;
}

/** A machine that does much else may be late by seconds. Milliseconds. */
const patienceMs = 30_000;

/** A connection that the hub took, and on which nobody joined. */
export async function openBareSurface(hubUrl: string, headers: Record<string, string>): Promise<RawSurface> {
  const surface = await openRawSurface(hubUrl, { headers });
  surface.send(firstPacket());
  const text = (): string => surface.received().toString('latin1');
  await eventually('the connection', () => text().split('sid').length > 2, patienceMs).catch(
    (error: unknown) => {
      throw new Error(`the hub took no connection; it sent ${JSON.stringify(text().slice(-400))}`, {
        cause: error,
      });
    },
  );
  return surface;
}

export async function openJoinedSurface(
  hubUrl: string,
  headers: Record<string, string>,
  join: JoinInput,
): Promise<RawSurface> {
  const surface = await openBareSurface(hubUrl, headers);
  surface.send(requestPacket(0, 'session:join', join));
  await eventually('the snapshot', () => surface.received().includes('snapshot'));
  return surface;
}

export interface HostileMessage {
  payload: Uint8Array | string;
  type: (typeof frameTypes)[keyof typeof frameTypes];
  /** Whether the hub ends the connection at it, so that nothing after it is read. */
  endsConnection: boolean;
}

/** The next message of an attacker. Most are requests with one fault, so that they come far. */
export function hostileMessage(id: number, names: readonly RequestName[], chance: Chance): HostileMessage {
  const { payload, type = frameTypes.binary } = anyMessage(id, names, chance);
  const endsConnection =
    type === frameTypes.text ? !isPassedOver(payload) : type === frameTypes.binary && isRefused(payload);
  return { payload, type, endsConnection };
}

/** Packets of engine.io that carry nothing for the hub: open, close, pong, upgrade and noop. */
function isPassedOver(text: Uint8Array | string): boolean {
  return /^[01356]/.test(String(text));
}

/** Whether the hub's own decoder refuses a message of who is connected. */
function isRefused(payload: Uint8Array | string): boolean {
  const decoder = new Decoder();
  decoder.add(firstPacket());
  try {
    let isDisconnect = false;
    decoder.on('decoded', ({ type }: { type: number }) => (isDisconnect = type === 1));
    decoder.add(payload);
    return isDisconnect;
  } catch {
    return true;
  }
}

function anyMessage(
  id: number,
  names: readonly RequestName[],
  chance: Chance,
): { payload: Uint8Array | string; type?: HostileMessage['type'] } {
  const name = names[id % names.length]!;
  const kind = chance.below(100);
  if (kind < 65) return { payload: requestPacket(id, name, withOneFault(inputLike(name, chance), chance)) };
  if (kind < 75) return { payload: requestPacket(id, name, hostileValue(chance)) };
  if (kind < 90) return { payload: requestPacket(id, name, inputLike(name, chance)) };
  if (kind < 93)
    return { payload: requestPacket(id, hostileText(chance).slice(0, 120), hostileValue(chance)) };
  if (kind < 94) return { payload: encodePacket({ type: 2, nsp: '/', id, data: hostileValue(chance) }) };
  if (kind < 95) {
    const [nsp, idValue, data] = [hostileText(chance), hostileValue(chance), hostileValue(chance)];
    return { payload: encodePacket({ type: chance.below(8), nsp, id: idValue, data }) };
  }
  if (kind < 98) {
    const bytes = Buffer.from(requestPacket(id, name, inputLike(name, chance)));
    for (let flips = 1 + chance.below(4); flips > 0; flips -= 1)
      bytes[chance.below(bytes.length)] = chance.below(256);
    return { payload: chance.happens(0.3) ? bytes.subarray(0, chance.below(bytes.length)) : bytes };
  }
  if (kind < 99) return { payload: hostileText(chance).toWellFormed(), type: frameTypes.text };
  return { payload: Buffer.alloc(chance.below(125)), type: chance.pick([frameTypes.ping, frameTypes.pong]) };
}
