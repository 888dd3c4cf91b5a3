import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { TlsServer } from './tlsServer.ts';

const commandSchema = z.strictObject({
  command: z.literal('tls'),
  /** `rotate`: a new certificate; `next`: a new authority, which phones install; `finish`: from now on it signs. */
  action: z.enum(['status', 'rotate', 'next', 'finish']),
});

/** An answer to the command line: what was done, or words for why not. */
export type TlsAnswer = { ok: true; data: object } | { ok: false; message: string };

/** What the owner of the hub's machine does with the hub's certificates. Answers undefined to what is no command of this kind. */
export function createTlsCommands(
  tls: () => Pick<TlsServer, 'authority' | 'nextAuthority' | 'rotation'> | undefined,
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
    const authority = factsOf(running.authority());
    const nextAuthority = factsOf(running.nextAuthority());
    return { ok: true, data: { ...(action === 'status' ? {} : { done: action }), authority, nextAuthority } };
  };
  return (input) => {
    const parsed = commandSchema.safeParse(input);
    return parsed.success ? work(parsed.data.action) : undefined;
  };
}

function factsOf(certificate: string | undefined): { fingerprint: string; validUntil: string } | undefined {
  if (certificate === undefined) return undefined;
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  return { fingerprint: fingerprint256, validUntil: new Date(validTo).toISOString() };
}
