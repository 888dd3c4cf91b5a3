import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { readProxies } from '../../../base/clientAddress.ts';
import { createHubLink } from './hubLink.ts';
import { createFrontServer } from './frontServer.ts';
import type { FrontNews, FrontReport, FrontSettings } from './frontHeaders.ts';

/** Where the processor is short, the public waits and the city does not. */
const nice = 10;
/** Milliseconds. */
const tryAgainMs = 100;

/** The process of the public's front: `frontProcess.ts SETTINGS`, as a child of the hub. It ends when the hub does. */
function main([settings = '{}']: string[]): void {
  const { host, port, proxies, socketPath, patienceMs } = JSON.parse(settings) as FrontSettings;
  const end = (): never => {
    // A hub that was killed could not remove it.
    if (process.platform !== 'win32') rmSync(dirname(socketPath), { recursive: true, force: true });
    process.exit();
  };
  process.on('disconnect', end);
  // A service is asked to end with all of its processes; the hub ends this one itself, when it is done.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  // The hub ended while this program was read.
  if (!process.connected) end();
  yieldToOthers();
  const front = createFrontServer({
    hub: createHubLink(socketPath),
    isProxy: readProxies(proxies),
    nowMs: () => performance.now(),
  });
  const report = (made: FrontReport): void => void process.send?.(made);
  process.on('message', (news: FrontNews) => {
    if (news === 'forget') front.forget();
    else front.busy();
  });
  const listen = (): void => void front.server.listen({ host, port });
  const giveUpAtMs = performance.now() + patienceMs;
  front.server.on('error', ({ code = '', message }: NodeJS.ErrnoException) => {
    if (code === 'EADDRINUSE' && performance.now() < giveUpAtMs) setTimeout(listen, tryAgainMs);
    else report({ type: 'failed', code, message });
  });
  front.server.on('listening', () =>
    report({ type: 'ready', port: (front.server.address() as AddressInfo).port }),
  );
  listen();
}

function yieldToOthers(): void {
  try {
    setPriority(nice);
    // Linux shares a processor between sessions first, and a process of its own session has a priority of its own there (sched(7)).
    if (process.platform === 'linux') writeFileSync('/proc/self/autogroup', String(nice));
  } catch {
    // A machine that does not allow it has the front at the priority of the hub.
  }
}

main(process.argv.slice(2));
