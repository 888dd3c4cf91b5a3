import { pino, type Logger } from 'pino';
import type { BoundedLog } from './boundedLog.ts';

/** JSON lines on stdout, for whoever started the shell, and in the folder of logs. */
export function createShellLogger(log: BoundedLog): Logger {
  return pino(
    { base: null },
    {
      write(line: string) {
        process.stdout.write(line);
        log.write(line);
      },
    },
  );
}
