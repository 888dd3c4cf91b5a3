import { killedShift, type ShownKill } from '../support/shift/killedShift.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';

const usualKills = 200;

/**
 * `trust.kills`: `kill -9` of hub, media worker, ffmpeg, and a wall's browser or page at random moments of a busy shift
 * (tests/support/shift). `.lost`: what was answered as stored and is not there afterwards; `.doubled`: what is there twice; `.faults`:
 * answers that nobody expects, and faults of the chain of the audit log; `.back`: from a hub that is up until a surface has joined it;
 * `.floor`: until somebody had the floor again; `.wall`: until there were new pictures on the wall; `.transcoded`: the same of a camera
 * in H.265, which ffmpeg changes; both also by what was killed, such as `.wall.worker`. `--kills N` for a slice, `--seed N`.
 */
export const benchTrustKills: Bench = async (report, progress, options) => {
  const { kills = usualKills, seed = Date.now() % 1_000_000 } = options;
  progress(`  seed ${seed}`);
  const shift = await killedShift({ kills, seed, hasWall: true, progress });
  progress(`  killed: ${JSON.stringify(shift.kills)}; answered as stored: ${JSON.stringify(shift.answered)}`);
  for (const line of [...shift.lost, ...shift.doubled, ...shift.surprises].slice(0, 40))
    progress(`  ${line}`);
  report(singleFigure('trust.kills.lost', 'count', shift.lost.length, kills));
  report(singleFigure('trust.kills.doubled', 'count', shift.doubled.length, kills));
  report(singleFigure('trust.kills.faults', 'count', shift.surprises.length, kills));
  report(figureOf('trust.kills.back', 'ms', shift.backMs));
  report(figureOf('trust.kills.floor', 'ms', shift.floorMs));
  reportPictures('trust.kills.wall', shift.pictures, ({ plainMs }) => plainMs, report);
  reportPictures('trust.kills.transcoded', shift.pictures, ({ transcodedMs }) => transcodedMs, report);
};

/** One figure for all kills, and one for those of each process: the hub's is `trust.kills.wall.hub`. */
function reportPictures(
  name: string,
  kills: readonly ShownKill[],
  msOf: (kill: ShownKill) => number,
  report: Parameters<Bench>[0],
): void {
  report(figureOf(name, 'ms', kills.map(msOf)));
  for (const victim of new Set(kills.map((kill) => kill.victim))) {
    const own = kills.filter((kill) => kill.victim === victim);
    report(figureOf(`${name}.${victim.replaceAll(' ', '_')}`, 'ms', own.map(msOf)));
  }
}
