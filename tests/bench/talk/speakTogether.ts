import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { granted } from '../../integration/talk/talkHub.ts';
import type { PhoneCounts } from './manyPhones.ts';
import type { BenchPhone } from './phonesPage.ts';

const spokenMs = 1_500;
/** What was sent last has been received by then. */
const settledMs = 500;
/** Of Opus, as the phones send it. */
const frameMs = 20;
/** A talker whose page had the time to speak sent that share of its frames at least. */
const leastSpoken = 0.8;
/** A listener that heard the talker received that share of what it sent at least. */
const leastHeard = 0.9;
/** Chirps are played some hundred times as loud: `totalAudioEnergy` is the square of the loudness, over seconds. */
const audibleEnergy = 1e-3;
const mostAttempts = 20;

/** One of those who speak, and who should hear it. */
export interface Conversation {
  talker: BenchPhone;
  listeners: readonly BenchPhone[];
}

export interface Talk {
  /** From the request until the hub's answer. */
  accessMs: number;
  /** Until the last listener was notified who speaks. */
  notifiedMs: number;
  /** How many of the listeners. */
  heardBy: number;
}

/**
 * All talkers ask at once, speak for 1.5 s and release the key. A turn in which a talker sent too little itself is taken again.
 * Throws when one of them gets no floor, or none of twenty turns is one.
 */
export async function speakTogether(
  page: Page,
  conversations: readonly Conversation[],
  progress: (text: string) => void,
): Promise<Talk[]> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const { talks, leastSent } = await speakOnce(page, conversations);
    if (leastSent >= (spokenMs / frameMs) * leastSpoken) return talks;
    progress(`  again: a talker's page sent ${leastSent} packets in ${spokenMs} ms`);
  }
  throw new Error('the page of the phones has no time to speak: measure on a quieter machine');
}

let lastPress = 0;

async function speakOnce(
  page: Page,
  conversations: readonly Conversation[],
): Promise<{ talks: Talk[]; leastSent: number }> {
  const talkerIds = conversations.map(({ talker }) => talker.phoneId);
  const openMicrophones = (isOpen: boolean): Promise<void> =>
    page.evaluate(({ ids, isOpen }) => ids.forEach((id) => window.manyPhones?.openMicrophone(id, isOpen)), {
      ids: talkerIds,
      isOpen,
    });
  const press = (lastPress += 1);
  const before = await countsOf(page);
  await openMicrophones(true);
  const times = await Promise.all(conversations.map((conversation) => askFloor(conversation, press)));
  const atGrant = await countsOf(page, talkerIds);
  await delay(spokenMs);
  const spoken = await countsOf(page, talkerIds);
  await openMicrophones(false);
  await delay(settledMs);
  const after = await countsOf(page);
  for (const { talker } of conversations) {
    granted(await talker.request('talk:releaseFloor', { groupId: talker.groupId, press }));
  }
  const sent = talkerIds.map((id) => risen('packetsSent', id, atGrant, spoken));
  const talks = conversations.map(({ listeners }, index) => {
    const heardBy = listeners.filter(
      ({ phoneId }) =>
        risen('packetsReceived', phoneId, before, after) >= (sent[index] ?? Infinity) * leastHeard &&
        risen('energy', phoneId, before, after) >= audibleEnergy,
    ).length;
    const { accessMs = Number.NaN, notifiedMs = Number.NaN } = times[index] ?? {};
    return { accessMs, notifiedMs, heardBy };
  });
  return { talks, leastSent: Math.min(...sent) };
}

async function askFloor(
  { talker, listeners }: Conversation,
  press: number,
): Promise<{ accessMs: number; notifiedMs: number }> {
  const { groupId, phoneId } = talker;
  const notifications = Promise.all(listeners.map((listener) => whenTold(listener, phoneId)));
  const askedMs = performance.now();
  const answer = granted(await talker.request('talk:requestFloor', { groupId, press, priority: 'normal' }));
  const accessMs = performance.now() - askedMs;
  if (answer.state !== 'granted') throw new Error(`${phoneId} did not get the floor: ${answer.state}`);
  return { accessMs, notifiedMs: Math.max(...(await notifications)) - askedMs };
}

/** When a phone is notified that this member speaks, by `performance.now()`. */
function whenTold({ socket }: BenchPhone, memberId: string): Promise<number> {
  return new Promise((resolve) => {
    const look: Parameters<typeof socket.on<'talk:floorTaken'>>[1] = (_sequence, { floor }) => {
      if (floor.talker?.memberId !== memberId) return;
      socket.off('talk:floorTaken', look);
      resolve(performance.now());
    };
    socket.on('talk:floorTaken', look);
  });
}

type Counts = Record<string, PhoneCounts>;

const countsOf = (page: Page, phoneIds?: readonly string[]): Promise<Counts> =>
  page.evaluate(async (ids) => (await window.manyPhones?.counts(ids)) ?? {}, phoneIds);

const risen = (what: keyof PhoneCounts, phoneId: string, from: Counts, to: Counts): number =>
  (to[phoneId]?.[what] ?? 0) - (from[phoneId]?.[what] ?? 0);
