import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import { figureOf, type Bench } from './figures.ts';
import { overEachLine } from './fieldLines.ts';
import { fieldPatienceMs, withFieldStage, type FieldBenchStage } from './fieldStage.ts';
import { markerDrawnAtMs, type Place } from './mapPoint.ts';

const defaultTurns = 20;
/** On foot a phone reports its position every 4 s. */
const betweenTellingsMs = 4_200;
/** Far enough to be another place on the map of the whole city, and near enough for the marker to glide there (movingPoints.ts). */
const stepDegrees = 0.0195;
const middle: Place = { longitude: 114.3225, latitude: 29.8413 };

/**
 * `position.to_marker`: from the field app's sending a position until its marker stands at the new place on the map, its
 * gliding there included, on the desk's map (`.desk`) and on a wall's (`.wall`). Over the bad network the way to the hub is
 * in it, at least 40 ms. The position is the browser's own, which is moved by hand; how long a phone needs to find
 * out where it is is no part of it.
 */
export const benchPosition: Bench = async (report, progress, { turns = defaultTurns }) =>
  overEachLine(progress, 'direct', (line) =>
    withFieldStage(
      line,
      async (bench) => {
        await showMaps(bench);
        const deskMs: number[] = [];
        const wallMs: number[] = [];
        for (let turn = 1; turn <= turns; turn += 1) {
          const place = placeOfTurn(turn);
          await delay(betweenTellingsMs);
          const before = await sentPositions(bench.phone.page);
          const drawn = [bench.desk.page, bench.wall.page].map((page) =>
            markerDrawnAtMs(page, place, fieldPatienceMs),
          );
          await bench.phone.context.setGeolocation({ ...place, accuracy: 8 });
          const [deskAtMs = NaN, wallAtMs = NaN] = await Promise.all(drawn);
          // More than one: a report whose answer was late is sent again.
          const sentAtMs = (await sentPositions(bench.phone.page))[before.length] ?? NaN;
          deskMs.push(deskAtMs - sentAtMs);
          wallMs.push(wallAtMs - sentAtMs);
          progress(
            `  to marker${line.suffix} ${turn} of ${turns}: desk ${Math.round(deskAtMs - sentAtMs)} ms, wall ${Math.round(wallAtMs - sentAtMs)} ms`,
          );
        }
        report(figureOf(`position.to_marker${line.suffix}`, 'ms', [...deskMs, ...wallMs]));
        report(figureOf(`position.to_marker.desk${line.suffix}`, 'ms', deskMs));
        report(figureOf(`position.to_marker.wall${line.suffix}`, 'ms', wallMs));
      },
      noteSentPositions,
    ),
  );

/** To and fro across the middle of the city. */
function placeOfTurn(turn: number): Place {
  const offset = (turn % 2 === 0 ? 0.5 : -0.5) * stepDegrees;
  return { longitude: middle.longitude + offset, latitude: middle.latitude + offset };
}

/** The map at the desk, and as all of the wall's screen. */
async function showMaps({ stage, desk, wall }: FieldBenchStage): Promise<void> {
  const answer = await stage.desk.request('wall:showContent', {
    commandId: randomUUID(),
    screenId: 'main',
    content: 'map',
  });
  if (!answer.ok) throw new Error(answer.message);
  await desk.page.keyboard.press('Alt+5');
  for (const { page } of [desk, wall]) {
    await page.locator('[data-map="ready"]').waitFor({ timeout: fieldPatienceMs });
  }
}

/** Notes when the phone's page hands a report of positions to its connection. */
async function noteSentPositions(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const sentAtMs: number[] = (window.positionsSentAtMs = []);
    const name = 'squads:reportPositions';
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (
      this: WebSocket,
      data: string | ArrayBufferLike | Blob | ArrayBufferView,
    ) {
      // Written as MessagePack, where names stay readable.
      const bytes = ArrayBuffer.isView(data) ? data.buffer : data;
      if (bytes instanceof ArrayBuffer && new TextDecoder('latin1').decode(bytes).includes(name)) {
        sentAtMs.push(Date.now());
      }
      send.call(this, data as ArrayBuffer);
    };
  });
}

function sentPositions(phone: Page): Promise<number[]> {
  return phone.evaluate(() => window.positionsSentAtMs ?? []);
}

declare global {
  interface Window {
    positionsSentAtMs?: number[];
  }
}
