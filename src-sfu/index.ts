import { boundYoungGeneration } from './base/youngGeneration.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { startHub } from './server.ts';
import { StartError } from './base/startError.ts';
import { StoreError } from './storage/database.ts';

/** Runs the hub until it receives SIGTERM or SIGINT, or its parent process ends. */
async function main(): Promise<void> {
  boundYoungGeneration();
  const startedAt = performance.timeOrigin;
  const config = readConfig(process.env, process.cwd());
  const logger = createLogger(config.logLevel);
  const hub = await startHub(config, logger);
  const startMs = Math.round(performance.timeOrigin + performance.now() - startedAt);
  const { url, accessLink, secureUrl } = hub;
  logger.info({ url, accessLink, secureUrl, startMs, pid: process.pid }, 'hub ready');

  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'hub stopping');
    // A part that does not close in time must not keep the hub from ending.
    setTimeout(() => process.exit(1), 4_000).unref();
    hub.close(reason).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.env.MINGCHU_PARENT_PIPE === '1') process.on('disconnect', () => stop('parent gone'));
}

main().catch((error: unknown) => {
  const expected = [ConfigError, StoreError, StartError].some((kind) => error instanceof kind);
  const text =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`The hub did not start. ${text}\n`);
  process.exit(expected ? 2 : 1);
});
