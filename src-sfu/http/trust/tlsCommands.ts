import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { makeConnectionCode } from '../../../src-shared/network/connectionCode.ts';
import type { TlsServer } from './tlsServer.ts';

const commandSchema = z.strictObject({
  command: z.literal('tls'),
  /** `rotate`: a new certificate; `next`: a new authority, which phones install; `finish`: from now on it signs. */
  action: z.enum(['status', 'rotate', 'next', 'finish']),
});

type Action = z.output<typeof commandSchema>['action'];

interface AuthorityFacts {
  /** SHA-256. */
  fingerprint: string;
  /** ISO 8601. */
  validUntil: string;
  /** False for one that was made before there were constraints: it may sign for every name. */
  isConstrained: boolean;
}

interface TlsFacts {
  done?: string;
  authority: AuthorityFacts | undefined;
  nextAuthority: AuthorityFacts | undefined;
  /** Names of the hub that its certificate does not hold. */
  forbiddenNames: readonly string[];
  /** What is typed at a wall's machine; undefined where this machine has no address in a network. */
  connectionCode: string | undefined;
}

/** An answer to the command line: what was done, or words for why not. */
export type TlsAnswer = { ok: true; data: TlsFacts } | { ok: false; message: string };

/** Writes a line of the audit log; resolves when it is durable. */
export type RecordTls = (detail: object) => Promise<void>;

/**
 * What the owner of the hub's machine does with the hub's certificates. The audit log says what is asked before a file is touched, and
 * afterwards what was done: where the first line cannot be written, nothing is done. Answers undefined to what is no command of this kind.
 */
export function createTlsCommands(
  tls: () =>
    Pick<TlsServer, 'authority' | 'nextAuthority' | 'forbiddenNames' | 'rotation' | 'port'> | undefined,
  lanAddress = '127.0.0.1',
): (input: unknown, record: RecordTls) => Promise<TlsAnswer> | undefined {
  const change = async (
    rotation: NonNullable<TlsServer['rotation']>,
    action: Exclude<Action, 'status'>,
  ): Promise<TlsAnswer | undefined> => {
    if (action === 'rotate') await rotation.server();
    if (action === 'next') await rotation.prepareAuthority();
    if (action === 'finish' && !(await rotation.useNextAuthority())) {
      const message = 'There is no authority that could follow. Make one first: npm run tls -- next.';
      return { ok: false, message };
    }
    return undefined;
  };
  const work = async (action: Action, record: RecordTls): Promise<TlsAnswer> => {
    const running = tls();
    if (running?.rotation === undefined) {
      const message = 'This hub makes no certificates: HTTPS is off, or the settings name a certificate.';
      return { ok: false, message };
    }
    const { rotation } = running;
    const facts = async (): Promise<TlsFacts> => {
      const authority = await factsOf(running.authority());
      const { fingerprint } = authority ?? {};
      const isInNetwork = fingerprint !== undefined && !lanAddress.startsWith('127.');
      return {
        ...(action === 'status' ? {} : { done: action }),
        authority,
        nextAuthority: await factsOf(running.nextAuthority()),
        forbiddenNames: running.forbiddenNames(),
        connectionCode: isInNetwork
          ? makeConnectionCode({ address: lanAddress, port: running.port(), fingerprint })
          : undefined,
      };
    };
    if (action === 'status') return { ok: true, data: await facts() };
    await record({ asked: action });
    try {
      const refused = await change(rotation, action);
      if (refused !== undefined) {
        await record({ asked: action, failed: 'no_next_authority' });
        return refused;
      }
    } catch (error) {
      await record({ asked: action, failed: (error as Error).message.slice(0, 200) });
      throw error;
    }
    const data = await facts();
    await record(data);
    return { ok: true, data };
  };
  return (input, record) => {
    const parsed = commandSchema.safeParse(input);
    return parsed.success ? work(parsed.data.action, record) : undefined;
  };
}

async function factsOf(certificate: string | undefined): Promise<AuthorityFacts | undefined> {
  if (certificate === undefined) return undefined;
  const { isConstrained } = await import('./nameConstraints.ts');
  const { fingerprint256, validTo, raw } = new X509Certificate(certificate);
  return {
    fingerprint: fingerprint256,
    validUntil: new Date(validTo).toISOString(),
    isConstrained: isConstrained(raw),
  };
}
