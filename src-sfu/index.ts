import { resolve } from 'node:path';
import type { Logger } from './logger.ts';
import type { Hub } from './server.ts';
import { keepCompiledCode } from './base/compiledCode.ts';

// The C library has read it at the start of this process (scripts/start/hubEnvironment.mjs). It is for this process alone: media workers and ffmpeg
// do without, and sharp would use another number of threads.
delete process.env.MALLOC_ARENA_MAX;

// Imported after this call, so that their compiled code is kept.
const saveCompiledCode = keepCompiledCode();
const [
  { boundYoungGeneration },
  { outdatedSettings, readConfig },
  { createLogger },
  { openLogFile },
  { startHub },
  { startFailure },
] = await Promise.all([
  import('./base/youngGeneration.ts'),
  import('./config.ts'),
  import('./logger.ts'),
  import('./base/logFile.ts'),
  import('./server.ts'),
  import('./app/startFailure.ts'),
]);

/** Runs the hub until it receives SIGTERM or SIGINT, or its parent process ends. */
async function main(): Promise<void> {
  boundYoungGeneration();
  const startedAt = performance.timeOrigin;
  const config = readConfig(process.env, process.cwd());
  const logger = createLogger(config.logLevel, logDestination(config));
  // Node itself writes such an end to stderr alone, and it is what a support bundle is made for.
  if (config.logFolder !== undefined)
    process.on('uncaughtExceptionMonitor', (err) => logger.fatal({ err }, 'hub crashed'));
  for (const sentence of outdatedSettings(process.env, process.cwd())) logger.warn(sentence);
  const ending = awaitEnding(logger);
  const hub = await startHub(config, logger).catch((error: unknown) => {
    // The media workers listen for the same signals: one that ends while it is being set up makes the start fail.
    if (!ending.isAsked()) throw error;
    logger.info({ err: error }, 'hub stopped before it was ready');
    process.exit(0);
  });
  const startMs = Math.round(performance.timeOrigin + performance.now() - startedAt);
  const { url, networkUrl, secureUrl, firstRunCode } = hub;
  logger.info({ url, networkUrl, secureUrl, startMs, pid: process.pid }, 'hub ready');
  if (firstRunCode !== undefined) process.stderr.write(firstRunText(secureUrl ?? url, firstRunCode));
  // Now and not later: it takes some 100 ms after a change of the program, and nobody is connected yet.
  saveCompiledCode();

  ending.started(hub);
}

/** Where the log goes: to stdout, and where a folder is named also to a file, which a support bundle takes along. */
function logDestination({
  dataDir,
  logFolder,
}: ReturnType<typeof readConfig>): { write(line: string): void } | undefined {
  if (logFolder === undefined) return undefined;
  const file = openLogFile(resolve(dataDir, logFolder));
  return {
    write(line) {
      process.stdout.write(line);
      file.write(line);
    },
  };
}

/**
 * Ends the hub when it is asked to. Called before it starts: from then on the media workers listen for the same signals, so that one that came
 * during the start would end them and not the hub.
 */
function awaitEnding(logger: Logger): { started(hub: Pick<Hub, 'close'>): void; isAsked(): boolean } {
  let hub: Pick<Hub, 'close'> | undefined;
  let reason: string | undefined;
  const close = (): void => {
    if (hub === undefined || reason === undefined) return;
    hub.close(reason).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  const stop = (why: string): void => {
    if (reason !== undefined) return;
    reason = why;
    logger.info({ reason }, 'hub stopping');
    // A part that does not close in time, or does not start, must not keep the hub from ending.
    setTimeout(() => process.exit(1), 4_000).unref();
    close();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.env.MINGCHU_PARENT_PIPE === '1') process.on('disconnect', () => stop('parent gone'));
  return {
    started(running) {
      hub = running;
      close();
    },
    isAsked: () => reason !== undefined,
  };
}

/** Printed on the terminal and never logged: whoever reads it becomes the administrator. */
function firstRunText(url: string, code: string): string {
  return [
    '',
    'This hub has no accounts yet. 本服务器还没有账号。',
    'To become its administrator, open this page and enter the code; it is good until there is an account or the hub stops.',
    '打开以下网页并输入代码，即可成为管理员；代码在有了账号或服务器停止后失效。',
    `  ${url}/sign-in.html`,
    `  ${code}`,
    '',
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  const { text, exitCode } = startFailure(error);
  process.stderr.write(`The hub did not start. ${text}\n`);
  process.exit(exitCode);
});
