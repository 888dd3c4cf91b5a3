import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { normalizedPassword } from '../../../src-shared/accounts/accountNames.ts';

/** Hashes passwords with Argon2id, off the event loop. */
export interface PasswordHasher {
  /** In the form of the reference implementation: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`. */
  hash(password: string): Promise<string>;
  /** Without a stored hash as much is computed, so that the time says nothing, and the answer is no. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
}

/** More wait already than are computed in a reasonable time. */
export class HashersBusy extends Error {
  override name = 'HashersBusy';
}

/** OWASP's password storage sheet: Argon2id with 19 MiB, two passes and one lane. About 45 ms of a core. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const saltBytes = 16;
/** One at a time leaves the other threads of the pool to files and to names of hosts. */
const maxRunning = 1;
/** At 45 ms each the last one waits for 3 s. */
const maxWaiting = 64;

const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export function createPasswordHasher(): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxRunning) {
      if (waiting.length >= maxWaiting) throw new HashersBusy('too many passwords wait to be checked');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
  const compute = (password: string, salt: Buffer, cost: typeof parameters): Promise<Buffer> =>
    inTurn(
      () =>
        new Promise((resolve, reject) => {
          const message = Buffer.from(normalizedPassword(password), 'utf8');
          argon2('argon2id', { message, nonce: salt, ...cost }, (error, key) =>
            error === null ? resolve(key) : reject(error),
          );
        }),
    );
  const standInSalt = randomBytes(saltBytes);

  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      const key = await compute(password, salt, parameters);
      const { memory, passes, parallelism } = parameters;
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(key)}`;
    },
    async verify(password, stored) {
      const [, memory, passes, lanes, salt = '', tag = ''] = pattern.exec(stored ?? '') ?? [];
      if (memory === undefined) {
        await compute(password, standInSalt, parameters);
        return false;
      }
      const expected = Buffer.from(tag, 'base64');
      const key = await compute(password, Buffer.from(salt, 'base64'), {
        memory: Number(memory),
        passes: Number(passes),
        parallelism: Number(lanes),
        tagLength: expected.length,
      });
      return timingSafeEqual(key, expected);
    },
  };
}

/** Base64 without padding, as the form asks for. */
function plain(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
