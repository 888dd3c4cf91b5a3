/** The simulated city as a process of its own: `node src-sim/index.ts`, settings from MINGCHU_SIM_* variables. */
import { readSettings } from './settings.ts';
import { createSimulator } from './simulator.ts';

function fail(error: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const message = error instanceof Error ? error.message : String(error);
  const advice =
    code === 'EADDRINUSE'
      ? '; end what uses it, or set MINGCHU_SIM_RTSP_PORT, _CONTROL_PORT or _ONVIF_PORT'
      : '';
  process.stderr.write(`${JSON.stringify({ level: 60, msg: `${message}${advice}` })}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const simulator = await createSimulator(readSettings(process.env));
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    void simulator.close().finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // The process that started this one holds the other end of this pipe; when it is gone, this one ends too.
  if (process.env['MINGCHU_PARENT_PIPE'] === '1') process.on('disconnect', end);
  const { rtspUrl, controlUrl } = simulator;
  process.stdout.write(`${JSON.stringify({ level: 30, msg: 'simulator ready', rtspUrl, controlUrl })}\n`);
}

run().catch(fail);
