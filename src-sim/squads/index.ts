/** The demo's squads as a process of its own: `node src-sim/squads/index.ts`. Made for `npm start`. */
import { readSquadsSettings } from './settings.ts';
import { startSquads } from './squads.ts';

/** Exit code for settings that another start would not mend. */
const settingsExitCode = 2;

function log(level: 30 | 40 | 60, msg: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ level, msg, ...fields })}\n`);
}

const ending = new AbortController();
const end = (): void => ending.abort();
process.on('SIGTERM', end);
process.on('SIGINT', end);
// The process that started this one holds the other end of this pipe; when it is gone, this one ends too.
if (process.env['MINGCHU_PARENT_PIPE'] === '1') process.on('disconnect', end);

async function run(): Promise<number> {
  let settings;
  try {
    settings = readSquadsSettings(process.env);
  } catch (error) {
    log(60, error instanceof Error ? error.message : String(error));
    return settingsExitCode;
  }
  try {
    const squads = await startSquads(settings, log, ending.signal);
    log(30, 'squads ready', { squads: squads.squads, members: squads.members });
    await new Promise<void>((resolve) => {
      if (ending.signal.aborted) resolve();
      ending.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await squads.close();
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    log(60, error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exit(await run());
