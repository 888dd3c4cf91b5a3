import { StartError } from '../base/startError.ts';
import { ConfigError } from '../config.ts';
import { StoreError } from '../storage/database.ts';

/**
 * How a hub ends that did not start. Exit code 2: another start would end the same way (wrong settings, a wrong certificate, a damaged database, tables of a newer
 * version), so that whoever supervises it leaves it. 3: something outside the hub that may pass (a lock, a full or missing disk, a port that is
 * taken), so that it is tried again for ever. 1: a fault of the program.
 */
export function startFailure(error: unknown): { text: string; exitCode: 1 | 2 | 3 } {
  if (!(error instanceof Error)) return { text: String(error), exitCode: 1 };
  const { message } = error;
  if (error instanceof ConfigError) return { text: message, exitCode: 2 };
  if (error instanceof StoreError) return { text: message, exitCode: error.isLasting ? 2 : 3 };
  if (error instanceof StartError) return { text: message, exitCode: error.isLasting ? 2 : 3 };
  return { text: error.stack ?? message, exitCode: isOfSystem(error) ? 3 : 1 };
}

/** Whether the system or the database refused something, such as `ENOSPC`, `EADDRNOTAVAIL` or `SQLITE_BUSY`. */
function isOfSystem(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^(?:E[A-Z0-9]+|SQLITE_.*)$/.test(error.code);
}
