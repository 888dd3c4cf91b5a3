import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as the push service took it, and what the phone reads of it. */
export interface Pushed {
  path: string;
  headers: IncomingHttpHeaders;
  /** Of the signature (VAPID), which was checked with the key beside it. */
  claims: { aud: string; exp: number; sub: string };
  publicKey: string;
  message: unknown;
}

/** A push service and the browser of one phone behind it, by the standards (RFC 8188, 8291, 8292) and node:crypto alone. */
export async function startPushStandIn() {
  const phone = createECDH('prime256v1');
  phone.generateKeys();
  const auth = randomBytes(16);
  const pushed: Pushed[] = [];
  let status = 201;
  const faults: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        const { authorization = '' } = request.headers;
        const [, token = '', publicKey = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
        pushed.push({
          path: request.url ?? '',
          headers: request.headers,
          claims: claimsOf(token, publicKey),
          publicKey,
          message: JSON.parse(decrypted(Buffer.concat(chunks), phone, auth)) as unknown,
        });
      } catch (error) {
        faults.push(error);
      }
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    pushed,
    faults,
    subscription: {
      endpoint: 'https://push.test/send/abc',
      p256dh: phone.getPublicKey('base64url'),
      auth: auth.toString('base64url'),
    },
    answerWith: (next: number) => void (status = next),
    /** As `fetch`, where the service is on this machine. */
    fetch: ((address: string, init: RequestInit) =>
      fetch(address.replace('https://push.test', `http://127.0.0.1:${port}`), init)) as typeof fetch,
    close: () => void server.close(),
  };
}

/** Throws where the signature (ES256) is not of the key. */
function claimsOf(token: string, publicKey: string): Pushed['claims'] {
  const [header = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(publicKey, 'base64url');
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${body}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) throw new Error('the signature is not of this key');
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Pushed['claims'];
}

/** One record of aes128gcm: salt, record size, the sender's point, then what is encrypted. */
function decrypted(body: Buffer, phone: ReturnType<typeof createECDH>, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + (body[20] ?? 0));
  const sealed = body.subarray(21 + sender.length);
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), phone.getPublicKey(), sender]);
  const shared = Buffer.from(hkdfSync('sha256', phone.computeSecret(sender), auth, about, 32));
  const part = (words: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', shared, salt, Buffer.from(`Content-Encoding: ${words}\0`), bytes));
  const opening = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12));
  opening.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
