import { execFile, spawn } from 'node:child_process';

/** What keeps the machine from falling asleep for as long as its standard input is open, and so no longer than the shell runs. */
const inhibitor = [
  '--what=idle:sleep',
  '--mode=block',
  '--who=Mingchu',
  '--why=A wall is shown on the displays.',
  'cat',
];

/**
 * Keeps the machine awake (systemd) and the displays of an X11 session on until the function that is returned is called. On a machine
 * without them it does nothing.
 */
export function keepDisplaysAwake(environment: NodeJS.ProcessEnv): () => void {
  if (process.platform !== 'linux') return () => undefined;
  const awake = spawn('systemd-inhibit', inhibitor, {
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Not every system has systemd, and not every user may: the displays stay on all the same.
  awake.on('error', () => undefined);
  awake.stdin.on('error', () => undefined);
  const letSleep = (): void => void awake.stdin.end();
  if (!environment.DISPLAY) return letSleep;
  // A display without power saving refuses its half of the commands, which is as good.
  const set = (...args: string[]): void =>
    void execFile('xset', args, { env: environment, timeout: 2_000 }, () => undefined);
  set('s', 'off', 's', 'noblank');
  set('-dpms');
  return () => {
    letSleep();
    set('s', 'default');
    set('+dpms');
  };
}
