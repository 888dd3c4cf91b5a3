/** One case after the other without a hand, for the demo: `node src-sim/sites/index.ts`. Made for `npm start`; needs the demo's accounts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { seededRandom } from '../random.ts';
import { answeringSquadId, demoSquads } from '../squads/demoSquads.ts';
import { demoPaceSchema } from '../squads/settings.ts';
import { openCaseDesk } from './caseDesk.ts';
import { demoCaseTimes, runDemoCase, type CaseTimes } from './demoCase.ts';
import { awaitMember, raiseAlertNear } from './raiseAlert.ts';
import { openSimulatedSite } from './simulatedSite.ts';

/** After a case that came to its end, and after one that did not. Milliseconds. */
const pauseMs = 10 * 60_000;
const againMs = 5_000;

const settings = z
  .object({
    MINGCHU_HUB_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7400'),
    MINGCHU_DEMO_PACE: demoPaceSchema,
    /** Of the simulated city, whose AI platform then sees something where the squad is that answers. */
    MINGCHU_SIM_CONTROL_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  })
  .parse(process.env);
const hubUrl = new URL(settings.MINGCHU_HUB_URL).origin;
const pace = settings.MINGCHU_DEMO_PACE;

function log(level: 30 | 40, msg: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ level, msg, ...fields })}\n`);
}

const ending = new AbortController();
const end = (): void => ending.abort();
process.on('SIGTERM', end);
process.on('SIGINT', end);
// The process that started this one holds the other end of this pipe; when it is gone, this one ends too.
if (process.env['MINGCHU_PARENT_PIPE'] === '1') process.on('disconnect', end);
const { signal } = ending;

const times: CaseTimes = {
  ...demoCaseTimes,
  ...Object.fromEntries(
    Object.entries(demoCaseTimes).flatMap(([name, ms]) => (name === 'limitMs' ? [] : [[name, ms * pace]])),
  ),
};
/** Its phone is a real browser, whose person answers by voice and has a body cam. */
const answering = demoSquads.find(({ squadId }) => squadId === answeringSquadId);
const leaderId = answering?.members[0]?.memberId;
const controlPort = settings.MINGCHU_SIM_CONTROL_PORT;
const random = seededRandom(Date.now());

async function oneCase(): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  try {
    const officer = await openCaseDesk(hubUrl, 'demo-officer', until);
    const supervisor = await openCaseDesk(hubUrl, 'demo-supervisor', until);
    await runDemoCase({
      officer,
      supervisor,
      openSite: (code) => openSimulatedSite(hubUrl, code, seededRandom(Date.now())),
      prefers:
        answering === undefined || leaderId === undefined
          ? undefined
          : { memberId: leaderId, district: answering.district },
      raiseAlert:
        answering === undefined || leaderId === undefined || controlPort === undefined
          ? undefined
          : async () => {
              await awaitMember(officer, leaderId, answering.station, until);
              await raiseAlertNear(`http://127.0.0.1:${controlPort}`, answering.station, random);
            },
      times,
      delay: (delayMs) => sleep(delayMs, undefined, { signal }),
      nowMs: () => Date.now(),
      onTrouble: (message) => log(40, message),
      onStep: (step, about) => log(30, 'case step', { step, about }),
    });
  } finally {
    over.abort();
  }
}

log(30, 'sites ready');
while (!signal.aborted) {
  try {
    await oneCase();
    await sleep(pauseMs, undefined, { signal });
  } catch (error) {
    if (signal.aborted) break;
    log(40, `the case of the demo did not go on: ${error instanceof Error ? error.message : String(error)}`);
    await sleep(againMs, undefined, { signal }).catch(() => undefined);
  }
}
process.exit(0);
