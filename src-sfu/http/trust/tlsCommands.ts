import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { TlsServer } from './tlsServer.ts';

const commandSchema = z.strictObject({
  command: z.literal('tls'),
  /** `rotate`: a new certificate; `next`: a new authority, which phones install; `finish`: from now on it signs. */
  action: z.enum(['status', 'rotate', 'next', 'finish']),
});

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
}

/** An answer to the command line: what was done, or words for why not. */
export type TlsAnswer = { ok: true; data: TlsFacts } | { ok: false; message: string };

/** What the owner of the hub's machine does with the hub's certificates. Answers undefined to what is no command of this kind. */
export function createTlsCommands(
  tls: () => Pick<TlsServer, 'authority' | 'nextAuthority' | 'forbiddenNames' | 'rotation'> | undefined,
): (input: unknown) => Promise<TlsAnswer> | undefined {
  const work = async (action: z.output<typeof commandSchema>['action']): Promise<TlsAnswer> => {
    const running = tls();
    if (running?.rotation === undefined) {
      const message = 'This hub makes no certificates: HTTPS is off, or the settings name a certificate.';
      return { ok: false, message };
    }
    const { rotation } = running;
    if (action === 'rotate') await rotation.server();
    if (action === 'next') await rotation.prepareAuthority();
    if (action === 'finish' && !(await rotation.useNextAuthority())) {
      const message = 'There is no authority that could follow. Make one first: npm run tls -- next.';
      return { ok: false, message };
    }
    const data: TlsFacts = {
      ...(action === 'status' ? {} : { done: action }),
      authority: await factsOf(running.authority()),
      nextAuthority: await factsOf(running.nextAuthority()),
      forbiddenNames: running.forbiddenNames(),
    };
    return { ok: true, data };
  };
  return (input) => {
    const parsed = commandSchema.safeParse(input);
    return parsed.success ? work(parsed.data.action) : undefined;
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
