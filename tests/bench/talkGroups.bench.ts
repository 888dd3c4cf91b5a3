import { join } from 'node:path';
import { launchPhoneBrowser, startFieldStage } from '../support/fieldPage.ts';
import { temporaryFolder } from '../support/processes.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { addSquadOfPhones, loadPhonesPage, type BenchPhone } from './talk/phonesPage.ts';
import { speakTogether } from './talk/speakTogether.ts';
import { writeVoice } from './talk/voiceCode.ts';

const members = 50;
const groups = 20;
const phonesPerGroup = 2;
const defaultTurns = 20;
/**
 * 50 members in one group, and 20 groups that speak at once (40 phones, two a group). Every phone is signed in over a
 * socket of its own and has its own transports with ICE and DTLS in a real browser, its own Opus voice and a consumer
 * that is played; one page has them all, without the field app's screen, and one microphone that hears chirps.
 *
 * `talk.groups.members_heard`: of the 49 who listen, how many received at least 90 % of what the talker sent in its 1.5 s
 * and played it as loud as speech, in the worst turn; a turn in which a talker's own page had no time to speak is taken
 * again. `talk.groups.access_of_50`: a member's request on the socket until the hub's grant.
 * `talk.groups.notified_of_50`: from the same request until the last of the other 49 was notified who speaks.
 * `talk.groups.heard_at_once`: of 20 groups that speak at the same time, in how many the listener heard its talker, in
 * the worst turn. `talk.groups.access_at_once`: until the grant, when all 20 ask in the same moment.
 */
export const benchTalkGroups: Bench = async (report, progress, options) => {
  const turns = options.turns ?? defaultTurns;
  const field = await startFieldStage();
  const voice = join(temporaryFolder('mingchu-voice-'), 'voice.wav');
  writeVoice(voice, 1);
  const browser = await launchPhoneBrowser(field.hub, {
    words: [`--use-file-for-fake-audio-capture=${voice}`],
  });
  const phones = new Map<string, BenchPhone>();
  try {
    const page = await browser.newPage();
    await loadPhonesPage(page, phones);
    const large = await addSquadOfPhones(field, page, phones, { squadId: 'large', members });
    progress(`  ${large.length} phones are in one group`);
    const access: number[] = [];
    const notified: number[] = [];
    const heardBy: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const talker = large[turn % large.length];
      if (talker === undefined) throw new Error('there are no phones');
      const others = large.filter((phone) => phone !== talker);
      const [talk] = await speakTogether(page, [{ talker, listeners: others }], progress);
      if (talk === undefined) throw new Error('nobody spoke');
      access.push(talk.accessMs);
      notified.push(talk.notifiedMs);
      heardBy.push(talk.heardBy);
      progress(
        `  turn ${turn + 1} of ${turns}: granted ${talk.accessMs.toFixed(1)} ms, heard by ${talk.heardBy}`,
      );
    }
    report(singleFigure('talk.groups.members_heard', 'count', Math.min(...heardBy), turns));
    report(figureOf('talk.groups.access_of_50', 'ms', access));
    report(figureOf('talk.groups.notified_of_50', 'ms', notified));
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
        progress,
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
