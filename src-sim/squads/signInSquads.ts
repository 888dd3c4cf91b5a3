import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { SquadsSnapshot } from '../../src-shared/squads/squads.protocol.ts';
import { demoPhoneName } from './demoSquads.ts';
import type { DemoSquad } from './demoSquads.ts';
import { connectHubClient } from './hubClient.ts';
import type { HubClient } from './hubClient.ts';
import type { KeptPhones } from './keptPhones.ts';

/** How a member's phone comes in: with the secret of an earlier sign-in, or with a code that is to be used. */
export type PhoneEntry = { token: string } | { codePath: string };

/** How long a hub that is not there or refuses is left alone before it is asked again. Milliseconds. */
const againMs = 1_000;

export interface SignInOptions {
  hubUrl: string;
  /** Asks the hub for a key with which squads are made. */
  openKey(): Promise<string>;
  phones: KeptPhones;
  squads: readonly DemoSquad[];
  /** The member whose phone uses its code itself. */
  usesCodeItself: string | undefined;
  onTrouble(message: string): void;
  signal: AbortSignal;
}

/**
 * Makes what is missing of the demo's squads, as a desk does, and signs their phones in. What an operator renamed stays
 * so, what was removed is not made again while any of the demo's squads is there, and a member whom somebody signed in on
 * another phone is left alone. Waits for the hub. Who can serve, by member.
 */
export async function signInSquads(options: SignInOptions): Promise<Map<string, PhoneEntry>> {
  const { client: desk, squads: known } = await openDesk(options);
  try {
    return await signIn(options, desk, known);
  } finally {
    desk.close();
  }
}

async function signIn(
  { hubUrl, phones, squads, usesCodeItself, onTrouble }: SignInOptions,
  desk: HubClient,
  known: SquadsSnapshot,
): Promise<Map<string, PhoneEntry>> {
  const isKnown = (squadId: string): boolean => known.squads.some((squad) => squad.squadId === squadId);
  const isNewHub = !squads.some(({ squadId }) => isKnown(squadId));
  const mayMake = (id: string): boolean => isNewHub || !phones.kept.made.includes(id);
  const entries = new Map<string, PhoneEntry>();

  for (const squad of squads) {
    if (!isKnown(squad.squadId)) {
      if (!mayMake(squad.squadId)) continue;
      data(await saveSquad(desk, squad));
      phones.made(squad.squadId);
    }
    for (const { memberId, name } of squad.members) {
      const member = known.members.find((one) => one.memberId === memberId);
      if (member === undefined) {
        if (!mayMake(memberId)) continue;
        data(await desk.request('squads:saveMember', { member: { memberId, squadId: squad.squadId, name } }));
        // The first of each squad leads it.
        if (memberId === squad.members[0]?.memberId) {
          data(await desk.request('squads:setLeader', { memberId, isLeader: true }));
        }
        phones.made(memberId);
      }
      const phone = member?.phone;
      if (phone !== undefined && phone.name !== demoPhoneName) {
        onTrouble(`${member?.name ?? name} is signed in on another phone (${phone.name}) and is left alone`);
        continue;
      }
      const kept = phones.kept.tokens[memberId];
      if (phone !== undefined && kept !== undefined) {
        entries.set(memberId, { token: kept });
        continue;
      }
      const { code, path } = data(await desk.request('squads:makeSignInCode', { memberId }));
      if (memberId === usesCodeItself) {
        entries.set(memberId, { codePath: path });
        continue;
      }
      const token = randomBytes(32).toString('base64url');
      // Kept first: a secret that is lost after the sign-in could not be used by the next start.
      phones.keepToken(memberId, token);
      await useCode(hubUrl, code, token);
      entries.set(memberId, { token });
    }
  }
  return entries;
}

/** A squad of an operator may have the name already. */
async function saveSquad(
  desk: HubClient,
  { squadId, name, nameEn, district }: DemoSquad,
): Promise<Ack<unknown>> {
  const squad = { squadId, name, nameEn, startsBodyCamInEmergency: false, homeDistricts: [district] };
  const saved = await desk.request('squads:saveSquad', { squad });
  if (saved.ok || saved.code !== 'conflict') return saved;
  return desk.request('squads:saveSquad', {
    squad: { ...squad, name: `${name}（演示）`, nameEn: `${nameEn} (demo)` },
  });
}

/** Tries until the hub lets a desk in. */
async function openDesk({
  hubUrl,
  openKey,
  onTrouble,
  signal,
}: SignInOptions): Promise<{ client: HubClient; squads: SquadsSnapshot }> {
  let lastTrouble = '';
  for (;;) {
    try {
      return await joinDesk(hubUrl, await openKey(), signal);
    } catch (error) {
      if (signal.aborted) throw new Error('stopped before the hub answered', { cause: error });
      const { message } = error as Error;
      if (message !== lastTrouble) onTrouble(message);
      lastTrouble = message;
      await sleep(againMs, undefined, { signal });
    }
  }
}

/** Rejects when the hub refuses the desk, or when it went away meanwhile and took the key with it. */
function joinDesk(
  hubUrl: string,
  key: string,
  signal: AbortSignal,
): Promise<{ client: HubClient; squads: SquadsSnapshot }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ client: HubClient; squads: SquadsSnapshot }>();
  const fail = (message: string): void => {
    client.close();
    reject(new Error(message));
  };
  const join = async (): Promise<void> => {
    const joined = await client.request('session:join', {
      surface: 'desk',
      officer: { id: 'demo-squads', name: '演示' },
    });
    if (!joined.ok) return fail(`the hub lets the demo’s squads not be made: ${joined.message}`);
    const { squads } = joined.data.snapshot;
    if (squads === undefined) return fail('the hub sent a desk no squads');
    resolve({ client, squads });
  };
  const client = connectHubClient({
    hubUrl,
    who: {},
    key,
    onConnected: () => void join(),
    onRefused: ({ message }) => fail(`the hub lets no desk in for the demo’s squads: ${message}`),
  });
  const abort = (): void => fail('stopped before the hub answered');
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return promise;
}

/** Signs a phone in over a connection of its own; the phone itself joins with the secret later. */
async function useCode(hubUrl: string, code: string, token: string): Promise<void> {
  const connected = Promise.withResolvers<void>();
  const client = connectHubClient({
    hubUrl,
    who: { isPhone: true },
    onConnected: () => connected.resolve(),
    onRefused: ({ message }) => connected.reject(new Error(message)),
  });
  try {
    await connected.promise;
    data(await client.request('squads:signIn', { code, token, phoneName: demoPhoneName }));
  } finally {
    client.close();
  }
}

function data<T>(answer: Ack<T>): T {
  if (!answer.ok) throw new Error(`the hub refused the demo’s squads: ${answer.message}`);
  return answer.data;
}
