import { overEachLine } from './fieldLines.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { benchAccess } from './talk/access.ts';
import type { TalkBenchRun } from './talk/bursts.ts';
import { benchClipped } from './talk/clipped.ts';
import { benchLateEntry } from './talk/lateEntry.ts';
import { benchMouthToEar } from './talk/mouthToEar.ts';
import { benchPreempt } from './talk/preempt.ts';

/**
 * Talk between pages of the product in real browsers, each with a microphone that hears its own chirps. Each part is also
 * measured over the bad line, as `….bad_network`: behind it is the one phone that presses, speaks, joins or calls for
 * help; the others, the desk and the hub are on this machine.
 */
export const talkBenches: Record<string, Bench> = {
  'talk.access': overLines(benchAccess),
  'talk.mouth_to_ear': overLines(benchMouthToEar),
  'talk.clipped': overLines(benchClipped),
  'talk.late_entry': overLines(benchLateEntry),
  'talk.preempt': overLines(benchPreempt),
};

function overLines(part: (run: TalkBenchRun) => Promise<void>): Bench {
  return (report, progress, { turns }) =>
    overEachLine(progress, 'direct', ({ suffix, network }) =>
      part({
        network,
        turns,
        progress,
        report: (figure, samples) => report(figureOf(`${figure}${suffix}`, 'ms', samples)),
        reportSingle: (figure, unit, value, n) => report(singleFigure(`${figure}${suffix}`, unit, value, n)),
      }),
    );
}
