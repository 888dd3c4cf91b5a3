import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/freePort.ts';
import { registerCity, startSimulatorProcess } from '../support/processes.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, singleFigure, type Bench, type Figure } from './figures.ts';
import { benchPageTurn } from './pageTurn.ts';
import { letGoUntilFree, pressUntilGranted } from './talk/bursts.ts';
import { openTalkStage, type TalkPage } from './talk/stage.ts';

const phones = 2_000;
const defaultRounds = 4;
const defaultTurns = 3;
const pressesOfRound = 12;
/** Phones are other machines: their own work must not take the processor from the hub and the wall. */
const lowestPriority = 19;
const settleMs = 3_000;

/**
 * `public.viewers.beside.*`: a desk's `talk_access` and the wall's `page_turn` on a hub alone (`.alone`) and while 2,000 phones ask for stills
 * (`.phones`), in rounds that take turns (`--rounds`, each of `--turns` page turns), on one hub. `.worse` is by how much the middle of all
 * is later with phones. `answers`: what phones were answered a second, and `refused` how many of them were sent away.
 */
export const benchPublicBeside: Bench = async (
  report,
  progress,
  { rounds = defaultRounds, turns = defaultTurns },
) => {
  const port = await freePort();
  const city = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '4', MINGCHU_SIM_CAMERAS: '32' },
  });
  const stage = await openTalkStage(undefined, undefined, {
    MINGCHU_PUBLIC_PORT: String(port),
    MINGCHU_PROXIES: '127.0.0.1',
  });
  const browser = await launchBrowser();
  const { field } = stage;
  const url = `http://127.0.0.1:${port}`;
  await registerCity(field.hub.url, city.controlUrl);
  const directory = await field.desk.request('cameras:readDirectory', {});
  const siteId = directory.ok ? (directory.data.sites[0]?.siteId ?? '') : '';
  const agreed = await field.desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' });
  if (!agreed.ok) throw new Error(agreed.message);
  const file = fileURLToPath(new URL('publicPhones.ts', import.meta.url));
  const crowd = fork(file, [url, agreed.data.site.code, String(phones)]);
  setPriority(crowd.pid ?? 0, lowestPriority);
  try {
    const talker = await stage.openDesk();
    const phone = await stage.openPhone();
    // The first words of a group open its voices: they are no figure.
    await pressUntilGranted(phone);
    await letGoUntilFree(phone);
    const access: Record<'alone' | 'phones', number[]> = { alone: [], phones: [] };
    const turned: Record<'alone' | 'phones', Figure[]> = { alone: [], phones: [] };
    const counted = { answered: 0, refused: 0, failed: 0, seconds: 0 };
    for (let round = 0; round < 2 * rounds; round += 1) {
      const kind = round % 2 === 0 ? 'alone' : 'phones';
      crowd.send(kind === 'phones' ? 'on' : 'off');
      await delay(settleMs);
      await countOf(crowd);
      const beganAtMs = performance.now();
      access[kind].push(...(await pressAndLetGo(talker)));
      await benchPageTurn(
        { hub: field.hub, desk: field.desk, turns },
        browser,
        (figure) => {
          if (figure.figure === 'wall.page_turn') turned[kind].push(figure);
        },
        () => undefined,
      );
      const { answered, refused, failed } = await countOf(crowd);
      if (kind === 'phones') {
        counted.answered += answered;
        counted.refused += refused;
        counted.failed += failed;
        counted.seconds += (performance.now() - beganAtMs) / 1_000;
      }
      const turn = turned[kind].at(-1);
      progress(
        `  round ${round + 1}, ${kind}: page turn ${turn?.p50} / ${turn?.p95} ms; answered ${answered}, refused ${refused}, failed ${failed}`,
      );
    }
    for (const kind of ['alone', 'phones'] as const) {
      report(figureOf(`public.viewers.beside.talk_access.${kind}`, 'ms', access[kind]));
      report(
        figureOf(
          `public.viewers.beside.page_turn.${kind}`,
          'ms',
          turned[kind].map(({ p50 }) => p50),
        ),
      );
    }
    const worse = (alone: readonly number[], withPhones: readonly number[]): number =>
      (figureOf('', 'ms', withPhones).p50 / figureOf('', 'ms', alone).p50 - 1) * 100;
    report(
      singleFigure(
        'public.viewers.beside.talk_access.worse',
        'percent',
        worse(access.alone, access.phones),
        rounds,
      ),
    );
    const middles = (figures: readonly Figure[]): number[] => figures.map(({ p50 }) => p50);
    report(
      singleFigure(
        'public.viewers.beside.page_turn.worse',
        'percent',
        worse(middles(turned.alone), middles(turned.phones)),
        rounds,
      ),
    );
    const { answered, refused, failed, seconds } = counted;
    report(singleFigure('public.viewers.beside.answers', 'count', answered / seconds, answered));
    report(singleFigure('public.viewers.beside.refused', 'count', refused + failed, answered));
  } finally {
    crowd.kill();
    await browser.close();
    await stage.close();
    await city.stop();
  }
};

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

async function countOf(
  crowd: ReturnType<typeof fork>,
): Promise<{ answered: number; refused: number; failed: number }> {
  const answer = once(crowd, 'message');
  crowd.send('count');
  const [counts] = (await answer) as [{ answered: number; refused: number; failed: number }];
  return counts;
}
