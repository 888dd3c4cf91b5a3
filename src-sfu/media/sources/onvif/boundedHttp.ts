import { constants } from 'node:crypto';
import { request } from 'node:http';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { OnvifError } from '../../../base/onvifError.ts';
import type { TlsPlace } from '../../../features/onvif/onvif.ports.ts';

/** An answer of a device. Headers by their names in small letters. */
export interface HttpAnswer {
  status: number;
  challenges: readonly string[];
  contentType: string;
  body: Buffer;
  /** Of the certificate that the device showed, as in TlsPlace; undefined by HTTP. */
  fingerprint: string | undefined;
}

/** Where a request goes: an address or a name, a TCP port, and what stands behind them. */
export interface HttpPlace {
  host: string;
  port: number;
  path: string;
  /** Left out: by HTTP. */
  tls?: TlsPlace | undefined;
}

export interface HttpWish {
  place: HttpPlace;
  method: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** From the first byte to the last: who sends a byte a second is too slow as well. Milliseconds. */
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal;
}

const maxHeaderBytes = 16 * 1024;

/**
 * One request to a device, on a connection of its own. A redirection is an answer like any other and is not followed. Rejects with
 * OnvifError.
 */
export function askOverHttp(wish: HttpWish): Promise<HttpAnswer> {
  const { place, method, headers = {}, body = '', timeoutMs, maxBytes, signal } = wish;
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const ending = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    const fail = (error: Error): void => reject(failureOf(error, ending, timeoutMs));
    const send = (secured?: Secured): void => {
      const outgoing = request({
        host: place.host,
        port: place.port,
        path: place.path,
        method,
        headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
        ...(secured === undefined ? { agent: false } : { createConnection: () => secured.socket }),
        maxHeaderSize: maxHeaderBytes,
        signal: ending,
      });
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on('error', fail);
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > maxBytes) {
            fail(new OnvifError('foreign', `The device answers with more than ${maxBytes} bytes.`));
            outgoing.destroy();
          } else chunks.push(chunk);
        });
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            challenges: incoming.headersDistinct['www-authenticate'] ?? [],
            contentType: incoming.headers['content-type'] ?? '',
            body: Buffer.concat(chunks),
            fingerprint: secured?.fingerprint,
          }),
        );
        // An answer that is cut ends with neither of the two.
        incoming.on('close', () => fail(new Error('it ended the connection')));
      });
      outgoing.end(body);
    };
    if (place.tls === undefined) send();
    else secure(place, place.tls, ending).then(send, fail);
  });
}

/** The certificate that is shown at a place now, whichever it is, as in TlsPlace. Nothing is sent. Rejects with OnvifError. */
export async function readCertificate(
  place: Pick<HttpPlace, 'host' | 'port'>,
  timeoutMs: number,
): Promise<string> {
  const ending = AbortSignal.timeout(timeoutMs);
  try {
    const { socket, fingerprint } = await secure(place, {}, ending);
    socket.destroy();
    return fingerprint;
  } catch (error) {
    throw error instanceof Error ? failureOf(error, ending, timeoutMs) : error;
  }
}

function failureOf(error: Error, ending: AbortSignal, timeoutMs: number): OnvifError {
  if (error instanceof OnvifError) return error;
  if (ending.aborted) return new OnvifError('silent', `The device did not answer within ${timeoutMs} ms.`);
  if (/^(HPE_|ERR_SSL_|EPROTO$)/.test((error as NodeJS.ErrnoException).code ?? ''))
    return new OnvifError('foreign', 'The device does not answer in HTTP, or not in HTTPS.');
  return new OnvifError('unreachable', `The device was not reached: ${error.message}.`);
}

interface Secured {
  socket: TLSSocket;
  fingerprint: string;
}

/** A connection to a device that showed the right certificate, before anything is sent. Rejects with an OnvifError for another one. */
function secure(
  { host, port }: Pick<HttpPlace, 'host' | 'port'>,
  { fingerprint }: TlsPlace,
  signal: AbortSignal,
): Promise<Secured> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // Its fingerprint says who it is; cameras have keys and signatures of every age.
      rejectUnauthorized: false,
      ciphers: 'DEFAULT@SECLEVEL=0',
      // Some of them know nothing newer, and their certificate is compared all the same.
      minVersion: 'TLSv1',
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    });
    const abort = (): void => void socket.destroy(new Error('it did not answer in time'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.on('error', reject);
    socket.once('secureConnect', () => {
      const shown = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
      if (fingerprint === undefined || shown === fingerprint) return resolve({ socket, fingerprint: shown });
      socket.destroy();
      reject(new OnvifError('another', 'A device with another certificate answers at this address.'));
    });
  });
}
