import { lookup as lookUpName, type LookupAddress } from 'node:dns';
import { request as plainRequest, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import type { WebhookProblem } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import type { WebhookSender, WebhookTarget } from '../../features/webhooks/webhooks.ports.ts';
import { hostOf, problemOfAddress, readWebhookUrl, type HubDoors } from './webhookAddress.ts';

/** From the name's look-up to the status of the answer. Milliseconds. */
const usualTimeoutMs = 10_000;
/** The content of a receiver's answer is not used. A longer answer is cut off. Bytes. */
const maxAnswerBytes = 64 * 1024;

/** An address that the hub does not send to. */
class AddressError extends Error {
  override name = 'AddressError';
  readonly problem: WebhookProblem;
  constructor(problem: WebhookProblem) {
    super(problem);
    this.problem = problem;
  }
}

type LookUp = (
  name: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Sends webhooks. The address is checked at each attempt, where the connection goes, so that a name cannot turn to another. */
export function createWebhookSender({
  doors,
  timeoutMs = usualTimeoutMs,
  lookUp = (name, done) => lookUpName(name, { all: true }, done),
}: {
  doors: HubDoors;
  timeoutMs?: number;
  lookUp?: LookUp;
}): WebhookSender {
  const problemOf = (url: URL, { allowsPlain }: WebhookTarget, addresses: readonly string[]) =>
    addresses.map((address) => problemOfAddress(url, address, { allowsPlain, doors })).find(Boolean);

  return {
    async check(target) {
      const url = readWebhookUrl(target.url);
      if (url === undefined) return 'failed';
      if (url.protocol === 'http:' && !target.allowsPlain) return 'plain_not_allowed';
      if (doors.isProxyOrigin(url.origin)) return 'hub_itself';
      const host = hostOf(url);
      if (isIP(host) !== 0) return problemOf(url, target, [host]);
      return new Promise((resolve) => {
        const late = setTimeout(() => resolve(undefined), timeoutMs).unref();
        lookUp(host, (error, found) => {
          clearTimeout(late);
          const addresses = error === null ? found.map(({ address }) => address) : [];
          resolve(problemOf(url, target, addresses));
        });
      });
    },
    async send(target, { headers, body }, closing) {
      const url = readWebhookUrl(target.url);
      if (url === undefined) return { problem: 'failed' };
      const host = hostOf(url);
      const literal = isIP(host) === 0 ? undefined : problemOf(url, target, [host]);
      if (literal !== undefined) return { problem: literal };
      const late = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([late, closing]);
      const lookup: RequestOptions['lookup'] = (name, options, done) => {
        lookUp(name, (error, found) => {
          if (error !== null) return done(error, '', 4);
          const problem = problemOf(
            url,
            target,
            found.map(({ address }) => address),
          );
          const [first] = found;
          if (problem !== undefined) return done(new AddressError(problem), '', 4);
          if (options.all === true) return done(null, found);
          done(null, first?.address ?? '', first?.family ?? 4);
        });
      };
      return new Promise((resolve) => {
        const send = url.protocol === 'https:' ? secureRequest : plainRequest;
        const bytes = Buffer.from(body);
        const sent = send(url, {
          method: 'POST',
          headers: { ...headers, 'content-length': bytes.length },
          agent: false,
          maxHeaderSize: 16 * 1024,
          lookup,
          signal,
        });
        sent.on('response', (answer) => {
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve({ status });
          else resolve({ status, problem: status >= 300 && status < 400 ? 'redirected' : 'status' });
          let bytesRead = 0;
          answer.on('data', (chunk: Buffer) => {
            bytesRead += chunk.length;
            if (bytesRead > maxAnswerBytes) answer.destroy();
          });
          answer.on('error', () => undefined);
        });
        sent.on('error', (error) => resolve({ problem: late.aborted ? 'timed_out' : problemOfError(error) }));
        sent.end(bytes);
      });
    },
  };
}

function problemOfError(error: Error & { code?: string }): WebhookProblem {
  if (error instanceof AddressError) return error.problem;
  const { code = '' } = error;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'name_not_found';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timed_out';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'certificate_name';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'certificate_date';
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return 'not_https';
  // What OpenSSL has no code for, such as an authority that may not sign for this name, Node calls UNSPECIFIED.
  return /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO|UNSPECIFIED/.test(code) ? 'certificate' : 'failed';
}
