import { execFile } from 'node:child_process';

/** Keeps the displays of an X11 session on until the function that is returned is called. Elsewhere it does nothing. */
export function keepDisplaysAwake(environment: NodeJS.ProcessEnv): () => void {
  if (process.platform !== 'linux' || !environment.DISPLAY) return () => undefined;
  // A display without power saving refuses its half of the commands, which is as good.
  const set = (...args: string[]): void =>
    void execFile('xset', args, { env: environment, timeout: 2_000 }, () => undefined);
  set('s', 'off', 's', 'noblank');
  set('-dpms');
  return () => {
    set('s', 'default');
    set('+dpms');
  };
}
