import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './freePort.ts';
import { repositoryRoot } from './processes.ts';

const folder = join(repositoryRoot, 'tests/cases/cameras');
const kindsFolder = join(repositoryRoot, 'tests/support/cameraKinds');

/** The cameras of `tests/cases/cameras`, by the names of their folders. */
export const cameraCaseNames: readonly string[] = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'server.mjs')))
  .sort();

/** Cameras of the same kinds that are no cases: the scripts of `tests/support/cameraKinds`. */
export const cameraKindNames: readonly string[] = readdirSync(kindsFolder)
  .map((file) => file.replace(/\.mjs$/, ''))
  .sort();

/** One of these cameras running as its own process. */
export interface RunningCameraCase {
  name: string;
  url: string;
  /** Everything the camera wrote so far: the requests it got, by time. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a camera as it lies in its folder, on a free port. Rejects with its output when it ends at once. */
export function startCameraCase(
  name: string,
  environment: Record<string, string> = {},
): Promise<RunningCameraCase> {
  return startServer(name, join(folder, name, 'server.mjs'), environment);
}

/** The same for a camera of `cameraKindNames`. */
export function startCameraKind(
  name: string,
  environment: Record<string, string> = {},
): Promise<RunningCameraCase> {
  return startServer(name, join(kindsFolder, `${name}.mjs`), environment);
}

async function startServer(
  name: string,
  script: string,
  environment: Record<string, string>,
): Promise<RunningCameraCase> {
  const port = await freePort();
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  }
  await listening(child, () => log);
  return {
    name,
    url: addressOf(name, port),
    log: () => log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Some cameras are asked at a path of their own, which their folder's `camera.json` names. */
function addressOf(name: string, port: number): string {
  const description = join(folder, name, 'camera.json');
  const { url } = existsSync(description)
    ? (JSON.parse(readFileSync(description, 'utf8')) as { url: string })
    : { url: 'rtsp://127.0.0.1:PORT/ch1' };
  return url.replace('PORT', String(port));
}

function listening(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (log().includes('listening')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the camera ended with ${code}:\n${log()}`)));
    child.once('error', reject);
  });
}
