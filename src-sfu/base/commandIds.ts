import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../../src-shared/session/principal.ts';

/** 72 bits: nobody finds two commands with one id. */
const idBytes = 9;

/**
 * A command as the hub knows it: the same `commandId` of two accounts is two commands. Undefined where the sender named none.
 */
export function commandOf(
  principal: Pick<Principal, 'accountId'> | undefined,
  commandId: string | undefined,
): string | undefined {
  return commandId === undefined ? undefined : JSON.stringify([principal?.accountId ?? '', commandId]);
}

/**
 * The id of what a command makes. It follows from the command, so that a command that is sent again after an answer was lost, also by a
 * kill of the hub, finds what it made before. Without a command it is random. Example: `ak_0mGZl2hQ9uXb`.
 */
export function idOfCommand(prefix: string, command: string | undefined): string {
  const bytes =
    command === undefined
      ? randomBytes(idBytes)
      : createHash('sha256').update(command).digest().subarray(0, idBytes);
  return `${prefix}${bytes.toString('base64url')}`;
}
