import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { createLanes } from '../../base/lanes.ts';
import { normalizedPassword } from '../../../src-shared/accounts/accountNames.ts';

/** Hashes passwords with Argon2id, off the event loop. */
export interface PasswordHasher {
  /** In the form of the reference implementation: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`. */
  hash(password: string, lane: string): Promise<string>;
  /** Without a stored hash as much is computed, so that the time says nothing, and the answer is no. */
  verify(password: string, stored: string | undefined, lane: string): Promise<boolean>;
}

/** OWASP's password storage sheet: Argon2id with 19 MiB, two passes and one lane. About 45 ms of a core. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const saltBytes = 16;
/** One at a time leaves the other threads of the pool to files and to names of hosts. */
const maxRunning = 1;
/** As many as may wait for their delay at one time, and those of known browsers: at 45 ms each the last one waits for 23 s. */
const maxWaiting = 512;

const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export function createPasswordHasher(): PasswordHasher {
  const inTurn = createLanes({ maxRunning, maxWaiting });
  const compute = (password: string, salt: Buffer, cost: typeof parameters, lane: string): Promise<Buffer> =>
    inTurn(
      lane,
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
    async hash(password, lane) {
      const salt = randomBytes(saltBytes);
      const key = await compute(password, salt, parameters, lane);
      const { memory, passes, parallelism } = parameters;
      return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(key)}`;
    },
    async verify(password, stored, lane) {
      const [, memory, passes, lanes, salt = '', tag = ''] = pattern.exec(stored ?? '') ?? [];
      if (memory === undefined) {
        await compute(password, standInSalt, parameters, lane);
        return false;
      }
      const expected = Buffer.from(tag, 'base64');
      const cost = {
        memory: Number(memory),
        passes: Number(passes),
        parallelism: Number(lanes),
        tagLength: expected.length,
      };
      const key = await compute(password, Buffer.from(salt, 'base64'), cost, lane);
      return timingSafeEqual(key, expected);
    },
  };
}

/** Base64 without padding, as the form asks for. */
function plain(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
