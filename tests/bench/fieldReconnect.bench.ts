import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { eventually } from '../support/processes.ts';
import { advancingAtMs, recordPictures, seenPictures } from './clockCamera.ts';
import { figureOf, type Bench } from './figures.ts';
import { overEachLine } from './fieldLines.ts';
import {
  bringToWall,
  fieldPatienceMs,
  keepOnWall,
  memberOf,
  showMember,
  withFieldStage,
  type FieldBenchStage,
} from './fieldStage.ts';

const defaultTurns = 10;
const shortestCutMs = 5_000;
const longestCutMs = 10_000;
/** Between turns everything is to be as it was long before. */
const settleMs = 6_000;

/** Milliseconds from the network's coming back. */
interface Return {
  talkMs: number;
  soundMs: number;
  pictureMs: number;
}

/**
 * `field.reconnect`: nothing passes between phone and hub for 5 to 10 s, and nobody is notified; then from the moment when
 * packets pass again until the phone is online by what it can do: its talk key was given the floor (`.talk`), the sound of
 * that talk has come to the desk (`.sound`), and the wall shows a picture drawn after that moment, and another
 * (`.picture`). A turn's figure is the latest of the three. The key is pressed as soon as it shows that talk is free, and
 * again when that comes to nothing, as a member would. The good line is the same forwarder without delay or loss.
 */
export const benchFieldReconnect: Bench = async (report, progress, { turns = defaultTurns }) =>
  overEachLine(progress, 'forwarded', (line) =>
    withFieldStage(line, async (bench) => {
      const returns: Return[] = [];
      await recordPictures(bench.wall.page, bench.cameraId);
      await bench.desk.page.evaluate(watchSound);
      await showMember(bench);
      const askedAtMs = await bringToWall(bench);
      await pictureSince(bench, askedAtMs);
      await keepOnWall(bench);
      for (let turn = 1; turn <= turns; turn += 1) {
        await delay(settleMs);
        const cutMs = shortestCutMs + ((longestCutMs - shortestCutMs) * (turn - 1)) / Math.max(1, turns - 1);
        const one = await cutAndReturn(bench, cutMs);
        returns.push(one);
        progress(
          `  reconnect${line.suffix} ${turn} of ${turns}, after ${Math.round(cutMs)} ms: ${JSON.stringify(one)}`,
        );
      }
      const all = returns.map(({ talkMs, soundMs, pictureMs }) => Math.max(talkMs, soundMs, pictureMs));
      report(figureOf(`field.reconnect${line.suffix}`, 'ms', all));
      for (const part of ['talk', 'sound', 'picture'] as const) {
        report(
          figureOf(
            `field.reconnect.${part}${line.suffix}`,
            'ms',
            returns.map((one) => one[`${part}Ms`]),
          ),
        );
      }
    }),
  );

async function cutAndReturn(bench: FieldBenchStage, cutMs: number): Promise<Return> {
  const { network, phone, desk, wall } = bench;
  if (network === undefined) throw new Error('this line cannot be cut');
  await recordPictures(wall.page, bench.cameraId);
  await network.cut();
  await delay(cutMs);
  const soundBefore = await heardPackets(desk.page);
  await network.heal();
  const healedAtMs = Date.now();
  const heard = soundAtMs(desk.page, soundBefore);
  const [talkAtMs, soundedAtMs, pictureAtMs] = await Promise.all([
    phone.page.evaluate(pressUntilGranted, fieldPatienceMs),
    heard,
    pictureSince(bench, healedAtMs),
  ]);
  await phone.page.evaluate(letGo);
  await eventually(
    'the phone is back and talk is free',
    async () =>
      memberOf(bench)?.isConnected === true &&
      (await phone.page.locator('.talk-key').getAttribute('data-look')) === 'free',
    fieldPatienceMs,
  );
  return {
    talkMs: talkAtMs - healedAtMs,
    soundMs: soundedAtMs - healedAtMs,
    pictureMs: pictureAtMs - healedAtMs,
  };
}

function pictureSince({ wall }: FieldBenchStage, sinceMs: number): Promise<number> {
  return eventually(
    'a picture of now that advances',
    async () => advancingAtMs(await seenPictures(wall.page), sinceMs),
    fieldPatienceMs,
  );
}

/** When the first packet of talk beyond those before came to the page. */
async function soundAtMs(page: Page, packetsBefore: number): Promise<number> {
  return eventually(
    'sound at the desk',
    async () => {
      const sound = await page.evaluate(() => window.talkSound);
      return sound !== undefined && sound.packets > packetsBefore ? sound.changedAtMs : undefined;
    },
    fieldPatienceMs,
  );
}

async function heardPackets(page: Page): Promise<number> {
  return (await page.evaluate(() => window.talkSound?.packets)) ?? 0;
}

/** Runs in the desk's page, which hears talk and no other sound: counts its packets, a few times in a tenth of a second. */
function watchSound(): void {
  if (window.talkSound !== undefined) return;
  const sound = (window.talkSound = { packets: 0, changedAtMs: 0 });
  // By what receives them: those that are gone take their numbers with them, new ones begin at nothing.
  const counts = new Map<string, number>();
  const look = async (): Promise<void> => {
    for (const [index, connection] of (window.connections ?? []).entries()) {
      if (connection.connectionState === 'closed') continue;
      for (const each of (await connection.getStats()).values() as Iterable<{
        id: string;
        type: string;
        kind?: string;
        packetsReceived?: number;
      }>) {
        if (each.type !== 'inbound-rtp' || each.kind !== 'audio') continue;
        const name = `${index} ${each.id}`;
        const packets = each.packetsReceived ?? 0;
        const more = packets - (counts.get(name) ?? 0);
        counts.set(name, packets);
        if (more > 0) {
          sound.packets += more;
          sound.changedAtMs = Date.now();
        }
      }
    }
    setTimeout(() => void look(), 30);
  };
  void look();
}

/** Runs in the phone's page: holds the talk key until it has the floor; Unix milliseconds. */
function pressUntilGranted(timeoutMs: number): Promise<number> {
  const pointerId = 7;
  const againMs = 2_000;
  return new Promise((resolve, reject) => {
    const endMs = performance.now() + timeoutMs;
    let pressedMs: number | undefined;
    const look = (): void => {
      const key = document.querySelector<HTMLElement>('.talk-key');
      const said = key?.dataset.look;
      if (said === 'speaking' || said === 'near') return resolve(Date.now());
      const nowMs = performance.now();
      if (nowMs > endMs) return reject(new Error(`the talk key was not given the floor; it says ${said}`));
      if (pressedMs !== undefined && nowMs - pressedMs > againMs) {
        window.dispatchEvent(new PointerEvent('pointerup', { pointerId }));
        pressedMs = undefined;
      } else if (pressedMs === undefined && said === 'free') {
        key?.dispatchEvent(new PointerEvent('pointerdown', { pointerId, bubbles: true }));
        pressedMs = nowMs;
      }
      setTimeout(look, 10);
    };
    look();
  });
}

/** Runs in the phone's page. */
function letGo(): void {
  window.dispatchEvent(new PointerEvent('pointerup', { pointerId: 7 }));
}

declare global {
  interface Window {
    talkSound?: { packets: number; changedAtMs: number };
  }
}
