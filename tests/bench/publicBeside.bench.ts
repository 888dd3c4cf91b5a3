import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/freePort.ts';
import { registerCity, startSimulatorProcess } from '../support/processes.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { runWhenIdle } from './idleGroup.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { openPageTurner } from './pageTurn.ts';
import { letGoUntilFree, pressUntilGranted } from './talk/bursts.ts';
import { openTalkStage, type TalkPage } from './talk/stage.ts';
import { withWallCity } from './wallCity.ts';

const phones = 2_000;
const defaultRounds = 4;
const defaultTurns = 8;
const pressesOfRound = 12;
/** Both pages of the tour have been shown before the first round. */
const turnsBefore = 4;
/** Each phone asks for its site 1.4 times a second, and for a new still each 3 s; less the time that an answer takes. */
const leastAnswers = 2_000;
const settleMs = 3_000;
const sites = 4;
const cameras = 32;

type Kind = 'alone' | 'phones';
type Report = Parameters<Bench>[0];
type Progress = Parameters<Bench>[1];

interface Crowd {
  /** Lets the phones ask or rest, and waits until this is so. */
  set(kind: Kind): Promise<void>;
  /** What the phones were answered since the last question. */
  count(): Promise<{ answered: number; refused: number; failed: number }>;
  close(): Promise<void>;
}

/**
 * `public.viewers.beside.*`: a desk's `talk_access` (with a phone of a squad beside it) and then a wall's `page_turn`, each on a hub alone
 * (`.alone`) and while 2,000 phones ask for stills (`.phones`), in rounds that take turns (`--rounds`, each of `--turns` page turns). `.worse`
 * and `.worse_p95` are by how much the middle and the slowest of all are later with phones. `answers`: what phones were answered a second;
 * `refused`: how many of all requests were sent away. Phones are other machines: they run only while nothing else wants a processor
 * (idleGroup.ts), so that only what the hub does for them takes time from the others. Where they have less than `leastAnswers` a second, the
 * figures are of fewer phones, and the bench fails.
 */
export const benchPublicBeside: Bench = async (
  report,
  progress,
  { rounds = defaultRounds, turns = defaultTurns },
) => {
  await besideTalk(rounds, report, progress);
  await besideWall(rounds, turns, report, progress);
};

async function besideTalk(rounds: number, report: Report, progress: Progress): Promise<void> {
  const port = await freePort();
  const city = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: String(sites), MINGCHU_SIM_CAMERAS: String(cameras) },
  });
  const stage = await openTalkStage(undefined, undefined, publicSettings(port));
  let crowd: Crowd | undefined;
  try {
    await registerCity(stage.field.hub.url, city.controlUrl);
    crowd = await openCrowd(stage.field.desk, port, progress);
    const talker = await stage.openDesk();
    const phone = await stage.openPhone();
    // The first words of a group open its voices: they are no figure.
    await pressUntilGranted(phone);
    await letGoUntilFree(phone);
    await inRounds({
      name: 'talk_access',
      crowd,
      rounds,
      measure: () => pressAndLetGo(talker),
      report,
      progress,
    });
  } finally {
    await crowd?.close();
    await stage.close();
    await city.stop();
  }
}

async function besideWall(rounds: number, turns: number, report: Report, progress: Progress): Promise<void> {
  const port = await freePort();
  await withWallCity({ sites, cameras, settings: publicSettings(port) }, async ({ hub, desk }) => {
    const browser = await launchBrowser();
    let crowd: Crowd | undefined;
    try {
      crowd = await openCrowd(desk, port, progress);
      const turner = await openPageTurner({ hub, desk }, browser);
      const turnSome = async (count: number): Promise<number[]> => {
        const samples: number[] = [];
        for (let turn = 0; turn < count; turn += 1) {
          const turned = await turner.turn();
          if (turned.late > 0) throw new Error(`${turned.late} tiles had no picture within 3 s`);
          samples.push(...turned.samples);
        }
        return samples;
      };
      await turnSome(turnsBefore);
      await inRounds({
        name: 'page_turn',
        crowd,
        rounds,
        measure: () => turnSome(turns),
        report,
        progress,
      });
      await turner.close();
    } finally {
      await crowd?.close();
      await browser.close();
    }
  });
}

/** Measures alone and with phones in turn, so that a machine that becomes slower makes both slower. */
async function inRounds(options: {
  name: string;
  crowd: Crowd;
  rounds: number;
  measure(): Promise<number[]>;
  report: Report;
  progress: Progress;
}): Promise<void> {
  const { name, crowd, rounds, measure, report, progress } = options;
  const samples: Record<Kind, number[]> = { alone: [], phones: [] };
  let [asked, sentAway, seconds] = [0, 0, 0];
  let answeredOfAll = 0;
  for (let round = 0; round < 2 * rounds; round += 1) {
    const kind = round % 2 === 0 ? 'alone' : 'phones';
    await crowd.set(kind);
    const beganAtMs = performance.now();
    const measured = await measure();
    samples[kind].push(...measured);
    const { answered, refused, failed } = await crowd.count();
    if (kind === 'phones') {
      answeredOfAll += answered;
      asked += answered + refused + failed;
      sentAway += refused + failed;
      seconds += (performance.now() - beganAtMs) / 1_000;
    }
    const { p50, p95 } = figureOf('', 'ms', measured);
    progress(
      `  ${name} round ${round + 1}, ${kind}: ${p50} / ${p95} ms; answered ${answered}, refused ${refused}, failed ${failed}`,
    );
  }
  const figures = (['alone', 'phones'] as const).map((kind) =>
    figureOf(`public.viewers.beside.${name}.${kind}`, 'ms', samples[kind]),
  );
  figures.forEach(report);
  const [alone, beside] = figures;
  if (alone === undefined || beside === undefined) return;
  const worse = (part: 'p50' | 'p95'): number => (beside[part] / alone[part] - 1) * 100;
  report(singleFigure(`public.viewers.beside.${name}.worse`, 'percent', worse('p50'), beside.n));
  report(singleFigure(`public.viewers.beside.${name}.worse_p95`, 'percent', worse('p95'), beside.n));
  report(singleFigure(`public.viewers.beside.${name}.answers`, 'count', answeredOfAll / seconds, asked));
  report(singleFigure(`public.viewers.beside.${name}.refused`, 'count', sentAway, asked));
  if (answeredOfAll / seconds < leastAnswers)
    throw new Error(`${phones} phones had ${answeredOfAll / seconds} answers a second: too few for ${name}`);
}

function publicSettings(port: number): Record<string, string> {
  return { MINGCHU_PUBLIC_PORT: String(port), MINGCHU_PROXIES: '127.0.0.1' };
}

/** Phones of the first site, which agrees. */
async function openCrowd(desk: SurfaceClient, port: number, progress: Progress): Promise<Crowd> {
  const directory = await desk.request('cameras:readDirectory', {});
  const siteId = directory.ok ? (directory.data.sites[0]?.siteId ?? '') : '';
  const agreed = await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' });
  if (!agreed.ok) throw new Error(agreed.message);
  const file = fileURLToPath(new URL('publicPhones.ts', import.meta.url));
  const child: ChildProcess = fork(
    file,
    [`http://127.0.0.1:${port}`, agreed.data.site.code, String(phones)],
    { detached: true },
  );
  const place = runWhenIdle(child.pid ?? 0);
  if (!place.isIdle)
    progress('  the phones take time from the hub: this user may make no idle group of processes');
  const count = async (): ReturnType<Crowd['count']> => {
    const answer = once(child, 'message');
    child.send('count');
    const [counts] = (await answer) as [Awaited<ReturnType<Crowd['count']>>];
    return counts;
  };
  return {
    async set(kind) {
      child.send(kind === 'phones' ? 'on' : 'off');
      await delay(settleMs);
      await count();
    },
    count,
    async close() {
      if (child.kill()) await once(child, 'exit');
      place.remove();
    },
  };
}

/** From the desk's key to its tone, so many times. Milliseconds. */
async function pressAndLetGo(talker: TalkPage): Promise<number[]> {
  const samples: number[] = [];
  for (let press = 0; press < pressesOfRound; press += 1) {
    const { keyMs, toneMs } = await pressUntilGranted(talker);
    samples.push(toneMs - keyMs);
    await delay(300);
    await letGoUntilFree(talker);
    await delay(200);
  }
  return samples;
}
