import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { granted } from '../integration/talk/talkHub.ts';
import { launchPhoneBrowser, startFieldStage } from '../support/fieldPage.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import type { PhoneCounts } from './talk/manyPhones.ts';
import { addSquadOfPhones, loadPhonesPage, type BenchPhone } from './talk/phonesPage.ts';

const members = 50;
const groups = 20;
const phonesPerGroup = 2;
const defaultTurns = 20;
const spokenMs = 1_500;
/** What was sent last has been received by then. */
const settledMs = 400;
/** Of Opus, as the phones send it. */
const frameMs = 20;
/** A listener that heard the talker received that share of its frames at least. */
const leastHeard = 0.9;

/**
 * 50 members in one group, and 20 groups that speak at once (40 phones, two a group). Every phone is signed in over a
 * socket of its own and has its own transports with ICE and DTLS in a real browser, its own Opus voice and a consumer
 * that is played; one page has them all, without the field app's screen.
 *
 * `talk.groups.members_heard`: of the 49 who listen, how many received at least 90 % of the talker's packets and played
 * sound, in the worst turn. `talk.groups.access_of_50`: a member's request on the socket until the hub's grant.
 * `talk.groups.told_of_50`: from the same request until the last of the other 49 was told who speaks.
 * `talk.groups.heard_at_once`: of 20 groups that speak at the same time, in how many the listener heard its talker, in
 * the worst turn. `talk.groups.access_at_once`: until the grant, when all 20 ask in the same moment.
 */
export const benchTalkGroups: Bench = async (report, progress, options) => {
  const turns = options.turns ?? defaultTurns;
  const field = await startFieldStage();
  const browser = await launchPhoneBrowser(field.hub);
  const phones = new Map<string, BenchPhone>();
  try {
    const page = await browser.newPage();
    await loadPhonesPage(page, phones);
    const large = await addSquadOfPhones(field, page, phones, { squadId: 'large', members });
    progress(`  ${large.length} phones are in one group`);
    const access: number[] = [];
    const told: number[] = [];
    const heardBy: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const talker = large[turn % large.length];
      if (talker === undefined) throw new Error('there are no phones');
      const others = large.filter((phone) => phone !== talker);
      const [talk] = await speakTogether(page, [{ talker, listeners: others }], turn + 1);
      if (talk === undefined) throw new Error('nobody spoke');
      access.push(talk.accessMs);
      told.push(talk.toldMs);
      heardBy.push(talk.heardBy);
      progress(
        `  turn ${turn + 1} of ${turns}: granted ${talk.accessMs.toFixed(1)} ms, heard by ${talk.heardBy}`,
      );
    }
    report(singleFigure('talk.groups.members_heard', 'count', Math.min(...heardBy), turns));
    report(figureOf('talk.groups.access_of_50', 'ms', access));
    report(figureOf('talk.groups.told_of_50', 'ms', told));
    for (const { phoneId, close } of large) {
      await page.evaluate((id) => window.manyPhones?.remove(id), phoneId);
      close();
    }

    const pairs: BenchPhone[][] = [];
    for (let number = 1; number <= groups; number += 1) {
      pairs.push(
        await addSquadOfPhones(field, page, phones, { squadId: `g${number}`, members: phonesPerGroup }),
      );
    }
    progress(`  ${groups} groups have ${phonesPerGroup} phones each`);
    const accessAtOnce: number[] = [];
    const heardAtOnce: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const talks = await speakTogether(
        page,
        pairs.flatMap(([talker, ...listeners]) => (talker === undefined ? [] : [{ talker, listeners }])),
        turn + 1,
      );
      accessAtOnce.push(...talks.map(({ accessMs }) => accessMs));
      heardAtOnce.push(talks.filter(({ heardBy }) => heardBy === phonesPerGroup - 1).length);
      progress(
        `  turn ${turn + 1} of ${turns}: ${heardAtOnce.at(-1)} of ${groups} groups heard their talker`,
      );
    }
    report(singleFigure('talk.groups.heard_at_once', 'count', Math.min(...heardAtOnce), turns));
    report(figureOf('talk.groups.access_at_once', 'ms', accessAtOnce));
  } finally {
    for (const phone of phones.values()) phone.close();
    await browser.close();
    await field.close();
  }
};

interface Talk {
  accessMs: number;
  /** Until the last listener was told who speaks. */
  toldMs: number;
  heardBy: number;
}

/** All talkers ask at once, speak for a while and let go. Throws when one of them gets no floor. */
async function speakTogether(
  page: Page,
  talks: readonly { talker: BenchPhone; listeners: readonly BenchPhone[] }[],
  press: number,
): Promise<Talk[]> {
  const open = (isOpen: boolean): Promise<void> =>
    page.evaluate(({ ids, isOpen }) => ids.forEach((id) => window.manyPhones?.openMicrophone(id, isOpen)), {
      ids: talks.map(({ talker }) => talker.phoneId),
      isOpen,
    });
  await open(true);
  const before = await countsOf(page);
  const asked = talks.map(async ({ talker, listeners }) => {
    const { groupId, phoneId } = talker;
    const askedMs = performance.now();
    const tellings = listeners.map((listener) => whenTold(listener, phoneId));
    const answer = granted(await talker.request('talk:requestFloor', { groupId, press, priority: 'normal' }));
    const accessMs = performance.now() - askedMs;
    if (answer.state !== 'granted') throw new Error(`${phoneId} did not get the floor: ${answer.state}`);
    const toldMs = Math.max(...(await Promise.all(tellings))) - askedMs;
    return { accessMs, toldMs };
  });
  const times = await Promise.all(asked);
  await delay(spokenMs);
  const spoken = await countsOf(page);
  await open(false);
  await delay(settledMs);
  const after = await countsOf(page);
  for (const { talker } of talks) {
    granted(await talker.request('talk:releaseFloor', { groupId: talker.groupId, press }));
  }
  const since = (counts: Counts, { phoneId }: BenchPhone, what: keyof PhoneCounts): number =>
    (counts[phoneId]?.[what] ?? 0) - (before[phoneId]?.[what] ?? 0);
  return talks.map(({ talker, listeners }, index) => {
    // What it sent before the grant was not passed on.
    const expected = Math.min(since(spoken, talker, 'packetsSent'), spokenMs / frameMs);
    const heardBy = listeners.filter(
      (listener) =>
        since(after, listener, 'packetsReceived') >= expected * leastHeard &&
        since(after, listener, 'energy') > 0,
    ).length;
    const { accessMs = Number.NaN, toldMs = Number.NaN } = times[index] ?? {};
    return { accessMs, toldMs, heardBy };
  });
}

type Counts = Record<string, PhoneCounts>;

const countsOf = (page: Page): Promise<Counts> =>
  page.evaluate(async () => (await window.manyPhones?.counts()) ?? {});

/** When a phone is told that this member speaks, by `performance.now()`. */
function whenTold(listener: BenchPhone, memberId: string): Promise<number> {
  return new Promise((resolve) => {
    const look = (
      _sequence: number,
      { floor }: { floor: { talker?: { memberId?: string | undefined } | undefined } },
    ): void => {
      if (floor.talker?.memberId !== memberId) return;
      listener.socket.off('talk:floorTaken', look);
      resolve(performance.now());
    };
    listener.socket.on('talk:floorTaken', look);
  });
}
