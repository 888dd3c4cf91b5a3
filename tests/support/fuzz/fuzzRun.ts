import type { HubProcess } from '../processes.ts';
import { requests, type RequestName } from '../../../src-shared/protocol/index.ts';
import { openRawSurface, type RawSurface } from '../rawSurface.ts';
import { createChance, type Chance } from './chance.ts';
import { hostileHttpRequest, sendHostileRequest } from './httpFuzz.ts';
import { requestNames } from './requestInputs.ts';
import {
  hostileMessage,
  openBareSurface,
  openJoinedSurface,
  type HostileMessage,
  type JoinInput,
} from './socketFuzz.ts';

export interface FuzzOptions {
  hub: Pick<HubProcess, 'url'>;
  /** Headers of who is signed in. */
  headers: Record<string, string>;
  seed: number;
}

/** Who sends the messages, and how fast: slow enough that the hub refuses none for its number (src-sfu/signaling/budgets.ts). */
export interface FuzzedSurface {
  join: JoinInput;
  names: readonly RequestName[];
  messagesPerSecond: number;
}

export const fuzzedDesk: FuzzedSurface = {
  join: { surface: 'desk', officer: { id: 'f', name: 'f' } },
  names: requestNames,
  messagesPerSecond: 400,
};
/** A phone of the member whose token it is; it does not sign itself out. */
export const fuzzedPhone = (memberToken: string): FuzzedSurface => ({
  join: { surface: 'field', memberToken },
  names: requestNames.filter(
    (name) =>
      name !== 'squads:signOut' &&
      ['none', 'squads:serve', 'bodycam:send', 'talk:speak', 'talk:hear'].includes(requests[name].capability),
  ),
  messagesPerSecond: 45,
});

const burstMs = 200;
/** A connection of a desk has written as many entries as it may in a minute by then, and the hub would refuse the rest unread. */
const messagesOfConnection = 1_500;
const endsWithinMs = 30_000;

/**
 * Sends so many hostile messages as one surface. Those at which the hub ends the connection go over connections of their own. Rejects
 * when the hub does not end one of these.
 */
export async function sendHostileMessages(
  options: FuzzOptions & { count: number; surface?: FuzzedSurface },
): Promise<void> {
  const { hub, headers, count, surface: sender = fuzzedDesk } = options;
  const chance = createChance(options.seed);
  const perBurst = Math.ceil((sender.messagesPerSecond * burstMs) / 1_000);
  let surface: RawSurface | undefined;
  let ofConnection = 0;
  for (let sent = 0; sent < count;) {
    if (surface === undefined || surface.socket.destroyed || ofConnection >= messagesOfConnection) {
      surface?.close();
      surface = await openJoinedSurface(hub.url, headers, sender.join);
      ofConnection = 0;
    }
    const pause = new Promise<void>((resolve) => setTimeout(resolve, burstMs));
    const ends: Promise<void>[] = [];
    for (let burst = 0; burst < perBurst && sent < count; burst += 1, sent += 1, ofConnection += 1) {
      const message = hostileMessage(sent, sender.names, chance);
      if (message.endsConnection) ends.push(expectEnd(options, message));
      else surface.send(message.payload, message.type);
    }
    await Promise.all([pause, ...ends]);
  }
  surface?.close();
}

/** Sends a message at which the hub ends the connection; half of the time before it is known who sends. */
async function expectEnd({ hub, headers }: FuzzOptions, message: HostileMessage): Promise<void> {
  const isFirst = message.payload.length % 2 === 0;
  const surface = isFirst
    ? await openRawSurface(hub.url, { headers })
    : await openBareSurface(hub.url, headers);
  surface.send(message.payload, message.type);
  const late = new Promise<string>((resolve) => setTimeout(resolve, endsWithinMs, 'late').unref());
  if ((await Promise.race([surface.ended, late])) === 'late')
    throw new Error(
      `the hub kept a connection that sent ${Buffer.from(message.payload).toString('hex').slice(0, 400)}`,
    );
  surface.close();
}

/** Who signs out, or locks, ends what all the others come in with. */
const endsTheSession = /^(DELETE|POST) \/api\/v1\/session(\/lock|\/sign-ins\/:sessionId)?$/;

/** Sends so many hostile requests for each route. Answers the statuses with how often each came. */
export async function sendHostileRequests(
  options: FuzzOptions & { routes: readonly string[]; timesEach: number; atOnce: number },
): Promise<Map<number, number>> {
  const { hub, routes, timesEach, atOnce } = options;
  const url = new URL(hub.url);
  const chance: Chance = createChance(options.seed);
  const statuses = new Map<number, number>();
  const pending = Array.from({ length: timesEach }, () => routes).flat();
  const work = async (): Promise<void> => {
    for (let route = pending.pop(); route !== undefined; route = pending.pop()) {
      const headers = endsTheSession.test(route) || chance.happens(0.1) ? {} : options.headers;
      const status = await sendHostileRequest(url, hostileHttpRequest(route, url.host, headers, chance));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return statuses;
}
