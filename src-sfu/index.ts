import { keepCompiledCode } from './base/compiledCode.ts';

// Imported after this call, so that their compiled code is kept.
const saveCompiledCode = keepCompiledCode();
const [
  { boundYoungGeneration },
  { ConfigError, outdatedSettings, readConfig },
  { createLogger },
  { startHub },
  { StartError },
  { StoreError },
] = await Promise.all([
  import('./base/youngGeneration.ts'),
  import('./config.ts'),
  import('./logger.ts'),
  import('./server.ts'),
  import('./base/startError.ts'),
  import('./storage/database.ts'),
]);

/** Runs the hub until it receives SIGTERM or SIGINT, or its parent process ends. */
async function main(): Promise<void> {
  boundYoungGeneration();
  const startedAt = performance.timeOrigin;
  const config = readConfig(process.env, process.cwd());
  const logger = createLogger(config.logLevel);
  for (const sentence of outdatedSettings(process.env, process.cwd())) logger.warn(sentence);
  const hub = await startHub(config, logger);
  const startMs = Math.round(performance.timeOrigin + performance.now() - startedAt);
  const { url, networkUrl, secureUrl, firstRunCode } = hub;
  logger.info({ url, networkUrl, secureUrl, startMs, pid: process.pid }, 'hub ready');
  if (firstRunCode !== undefined) process.stderr.write(firstRunText(secureUrl ?? url, firstRunCode));
  // Now and not later: it takes some 100 ms after a change of the program, and nobody is connected yet.
  saveCompiledCode();

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
  const expected = [ConfigError, StoreError, StartError].some((kind) => error instanceof kind);
  const text =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`The hub did not start. ${text}\n`);
  process.exit(expected ? 2 : 1);
});
