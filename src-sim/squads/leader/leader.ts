import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import type { MemberStatus } from '../../../src-shared/squads/memberStatus.ts';
import type { FloorView } from '../../../src-shared/talk/talk.protocol.ts';
import type { RandomSource } from '../../random.ts';
import type { DemoSquad } from '../demoSquads.ts';
import { deviceFiles } from '../devices/deviceFiles.ts';
import { patrolAt } from '../patrol.ts';
import type { Patrol } from '../patrol.ts';
import type { PhoneEntry } from '../signInSquads.ts';
import { statusSteps } from '../statusSteps.ts';
import { hearFloor } from './answers.ts';
import type { HeardTalk } from './answers.ts';
import { createLeaderWork } from './leaderWork.ts';
import { openLeaderPage, phoneContext } from './leaderPage.ts';
import type { LeaderPage } from './leaderPage.ts';

export interface LeaderOptions {
  hubUrl: string;
  memberId: string;
  entry: PhoneEntry;
  squad: DemoSquad;
  patrol: Patrol;
  browserPath: string;
  random: RandomSource;
  /** The share of the usual time that a step of an order takes. */
  pace: number;
  onToken(token: string): void;
  onSignedOut(reason: string): void;
  log(level: 30 | 40, message: string, fields?: Record<string, unknown>): void;
}

/** A squad's leader: a real browser with the field app, a drawn street before its camera, a made voice. */
export interface Leader {
  /** The state of a floor, as the hub notifies the leader's squad of it. */
  heard(floor: FloorView): void;
  close(): Promise<void>;
}

const answerAfterMs = 1_500;
const speakMs = 3_000;
const acceptAfterMs = 1_000;
const lookMs = 500;
const movingMs = 2_000;
const standingMs = 30_000;
const dispatchedMs = 6_000;
/** A browser that ends is started again; one that keeps ending is let rest. */
const firstAgainMs = 2_000;
const longestAgainMs = 60_000;
/** One that ran so long did not end at once. */
const steadyMs = 60_000;

/** Starts the leader, and again whenever the browser ends. */
export function startLeader(options: LeaderOptions): Leader {
  const { squad, patrol, log } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const squadGroup = `squad:${squad.squadId}`;
  const groups = ['all', squadGroup];
  let token = 'token' in options.entry ? options.entry.token : undefined;
  let codePath = 'codePath' in options.entry ? options.entry.codePath : undefined;
  let heardTalk: HeardTalk = new Map();
  let answerIn: { groupId: string; dueMs: number } | undefined;
  let browser: Browser | undefined;

  const launch = async (): Promise<Browser> => {
    const { picture, voice } = await makeDevices(signal);
    // Loaded here, so that a demo without a leader does not carry it.
    const { chromium } = await import('playwright');
    return chromium.launch({
      executablePath: options.browserPath,
      headless: true,
      chromiumSandbox: process.getuid?.() !== 0,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        '--headless=new',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-sync',
        '--renderer-process-limit=1',
        '--autoplay-policy=no-user-gesture-required',
        // A hub that listens on one address of this machine only is reached over plain HTTP, too.
        `--unsafely-treat-insecure-origin-as-secure=${options.hubUrl}`,
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${picture}`,
        `--use-file-for-fake-audio-capture=${voice}`,
      ],
    });
  };

  /** Works the page until the browser ends or nobody is signed in any more. */
  const serve = async (page: LeaderPage, opened: Browser): Promise<'signedOut' | 'ended'> => {
    let [movedAtMs, wasMoving] = [-Infinity, false];
    let leg: number | undefined;
    let calledBefore: string | undefined;
    const { memberId, random, pace } = options;
    const orderWork = createLeaderWork({ memberId, page, random, pace });
    let [askedAtMs, dispatchedAtMs] = [undefined as number | undefined, undefined as number | undefined];
    while (!signal.aborted && opened.isConnected()) {
      const nowMs = Date.now();
      const look = await page.look();
      if (look.token !== undefined && look.token !== token) {
        token = look.token;
        codePath = undefined;
        options.onToken(token);
      }
      if (token !== undefined && !look.isSignedIn && look.token === undefined) return 'signedOut';

      orderWork.take(look.keptOrders);
      await orderWork.work(nowMs);
      const round = patrolAt(patrol, nowMs);
      const atWork = orderWork.placeAt(nowMs, round);
      const moment = { ...round, ...atWork };
      if (nowMs - movedAtMs >= (moment.isMoving || wasMoving ? movingMs : standingMs)) {
        [movedAtMs, wasMoving] = [nowMs, moment.isMoving];
        await page.moveTo(moment);
      }
      const status = look.status as MemberStatus | undefined;
      dispatchedAtMs = status === 'dispatched' ? (dispatchedAtMs ?? nowMs) : undefined;
      if (dispatchedAtMs !== undefined && nowMs - dispatchedAtMs >= dispatchedMs) {
        await page.press('[data-status=en_route]');
      }
      // What the centre sets stands until the round goes on.
      if (status !== undefined && status !== 'dispatched' && atWork === undefined && moment.leg !== leg) {
        leg = moment.leg;
        for (const step of statusSteps(status, moment.status)) {
          await page.press(`[data-status=${step}]`);
          await delay(50);
        }
      }
      askedAtMs = look.isAsked ? (askedAtMs ?? nowMs) : undefined;
      if (askedAtMs !== undefined && nowMs - askedAtMs >= acceptAfterMs) {
        if (await page.press('.field-ask .field-key--first')) log(30, 'the leader starts the body cam');
      }
      // No other phone need be notified of a private call to the leader or of one to its order, so they are read from the leader's page.
      if (calledBefore !== undefined && look.calledIn !== calledBefore) {
        answerIn = { groupId: calledBefore, dueMs: nowMs + answerAfterMs };
      }
      calledBefore = look.calledIn;
      const toAnswer = answerIn === undefined ? orderWork.groupToAnswer() : undefined;
      if (toAnswer !== undefined) answerIn = { groupId: toAnswer, dueMs: nowMs + answerAfterMs };
      if (answerIn !== undefined && nowMs >= answerIn.dueMs) {
        const { groupId } = answerIn;
        answerIn = undefined;
        await page.chooseGroup(groupId);
        await page.speak(speakMs, signal);
        await page.chooseGroup(look.chosenGroup ?? squadGroup);
      }
      const dueInMs = answerIn === undefined ? lookMs : Math.max(0, answerIn.dueMs - Date.now());
      await delay(Math.min(lookMs, dueInMs), undefined, { signal });
    }
    return 'ended';
  };

  const run = async (): Promise<void> => {
    let againMs = firstAgainMs;
    while (!signal.aborted) {
      let openedAtMs: number | undefined;
      try {
        browser = await launch();
        if (signal.aborted) return;
        const context = await browser.newContext(phoneContext(options.hubUrl, token));
        const page = await openLeaderPage(context, options.hubUrl + (codePath ?? '/field.html'));
        openedAtMs = Date.now();
        log(30, `the leader of ${squad.name} answers`, { browser: browser.version() });
        if ((await serve(page, browser)) === 'signedOut') {
          options.onSignedOut('forbidden');
          return;
        }
      } catch (error) {
        if (signal.aborted) return;
        const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        log(40, `the browser of ${squad.name}’s leader does not run; it is started again`, { message });
      } finally {
        await browser?.close().catch(() => undefined);
      }
      if (openedAtMs !== undefined && Date.now() - openedAtMs >= steadyMs) againMs = firstAgainMs;
      await delay(againMs, undefined, { signal }).catch(() => undefined);
      againMs = Math.min(longestAgainMs, againMs * 2);
    }
  };
  const running = run();

  return {
    heard(floor) {
      if (!groups.includes(floor.groupId)) return;
      const { heard, isAnswerDue } = hearFloor(heardTalk, floor);
      heardTalk = heard;
      if (isAnswerDue) answerIn = { groupId: floor.groupId, dueMs: Date.now() + answerAfterMs };
    },
    async close() {
      ending.abort();
      await browser?.close().catch(() => undefined);
      await running;
    },
  };
}

/** The files of camera and microphone; made at the first start, in a process of its own. */
async function makeDevices(signal: AbortSignal): Promise<ReturnType<typeof deviceFiles>> {
  const files = deviceFiles();
  if (existsSync(files.picture) && existsSync(files.voice)) return files;
  const script = fileURLToPath(new URL('../devices/make.ts', import.meta.url));
  const child = fork(script, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'], signal });
  let complaint = '';
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-1_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(complaint.trim() || `the patrol’s picture could not be made (${code})`);
  return files;
}
