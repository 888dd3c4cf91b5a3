import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebhookSender } from '../../../../src-sfu/http/webhooks/webhookSender.ts';
import { openLocalCertificates } from '../../../../src-sfu/http/trust/certificateFiles.ts';
import { signedMessage } from '../../../../src-sfu/features/webhooks/webhookMessage.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/webhookReceiver.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const message = signedMessage(
  { secret },
  { deliveryId: 'wh-1_order_7', body: '{"说":"好"}', atMs: Date.UTC(2026, 0, 1) },
);
const open = new AbortController().signal;
const hubPort = 7_400;
const doors = {
  ports: () => [hubPort],
  isProxyOrigin: (origin: string) => origin === 'https://hub.example.cn',
};
const found = (...addresses: string[]) => ({
  lookUp: (_name: string, done: (error: null, found: { address: string; family: number }[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
});

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());

const plain = (url: string) => ({ url, allowsPlain: true });

describe('what is sent', () => {
  it('is signed by the Standard Webhooks scheme, and is what arrives', async () => {
    const sender = createWebhookSender({ doors });
    expect(await sender.send(plain(receiver.url), message, open)).toEqual({ status: 200 });
    const [one] = receiver.received;
    expect(one).toMatchObject({ id: 'wh-1_order_7', body: '{"说":"好"}' });
    expect(one?.isSigned(secret)).toBe(true);
    expect(one?.isSigned(`whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(false);
  });

  it('has the signature of the example of the standard', () => {
    // From the specification of Standard Webhooks.
    const { headers } = signedMessage(
      { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
      { deliveryId: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', atMs: 1_614_265_330_000 },
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('an answer', () => {
  it.each([500, 404, 410, 429])('of %i is a failure with its status', async (status) => {
    receiver.answer((_request, response) => void response.writeHead(status).end('no'));
    const sender = createWebhookSender({ doors });
    expect(await sender.send(plain(receiver.url), message, open)).toEqual({ status, problem: 'status' });
  });

  it.each([301, 302, 303, 307, 308])('of %i is not followed', async (status) => {
    const other = await startWebhookReceiver();
    receiver.answer((_request, response) => void response.writeHead(status, { location: other.url }).end());
    const sender = createWebhookSender({ doors });
    expect(await sender.send(plain(receiver.url), message, open)).toEqual({ status, problem: 'redirected' });
    expect(other.received).toEqual([]);
    await other.close();
  });

  it('that does not come is given up after the time-out', async () => {
    receiver.answer(() => undefined);
    const sender = createWebhookSender({ doors, timeoutMs: 100 });
    expect(await sender.send(plain(receiver.url), message, open)).toEqual({ problem: 'timed_out' });
  });

  it('whose headers come a letter at a time is given up as well', async () => {
    const drip = createServer((socket) => {
      const timer = setInterval(() => socket.write('x'), 10);
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(drip, 'listening');
    const sender = createWebhookSender({ doors, timeoutMs: 200 });
    const url = `http://127.0.0.1:${(drip.address() as AddressInfo).port}/`;
    expect(await sender.send(plain(url), message, open)).toEqual({ problem: 'timed_out' });
    drip.close();
  });

  it('that never ends is cut off, and its status counts', async () => {
    let sent = 0;
    const cut = new Promise<void>((resolve) => {
      receiver.answer((_request, response) => {
        response.writeHead(200);
        const more = (): void => {
          sent += 1;
          response.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
        };
        response.on('close', resolve).on('error', () => undefined);
        more();
      });
    });
    const sender = createWebhookSender({ doors });
    expect(await sender.send(plain(receiver.url), message, open)).toEqual({ status: 200 });
    await cut;
    // What fits into the buffers of the sockets, and no more.
    expect(sent).toBeLessThan(1_000);
  });

  it('of something that is not HTTP, and a closed port, are failures', async () => {
    const noise = createServer((socket) => socket.resume().end('hello\r\n')).listen(0, '127.0.0.1');
    await once(noise, 'listening');
    const { port } = noise.address() as AddressInfo;
    const sender = createWebhookSender({ doors });
    const url = `http://127.0.0.1:${port}/`;
    expect(await sender.send(plain(url), message, open)).toEqual({ problem: 'failed' });
    noise.close();
    await once(noise, 'close');
    expect(await sender.send(plain(url), message, open)).toEqual({ problem: 'refused' });
  });
});

describe('the certificate of a receiver', () => {
  const dayMs = 86_400_000;
  const makeIdentity = (names: string[], madeBeforeMs = 0) =>
    openLocalCertificates(':memory:', 'receiver', () => Date.now() - madeBeforeMs).issue(names);

  it.each([
    ['of a trusted authority and this name is taken', {}, { status: 200 }],
    ['of nobody trusted is refused', { isTrusted: false }, { problem: 'certificate' }],
    ['of another name is refused', { name: 'other.example' }, { problem: 'certificate_name' }],
    ['of an authority that may not sign it is refused', { name: '127.0.0.1' }, { problem: 'certificate' }],
    ['that has expired is refused', { madeBeforeMs: 500 * dayMs }, { problem: 'certificate_date' }],
    ['that is not valid yet is refused', { madeBeforeMs: -30 * dayMs }, { problem: 'certificate_date' }],
  ])('%s', async (_what, made, outcome) => {
    const {
      isTrusted = true,
      name = 'receiver.example',
      madeBeforeMs = 0,
    } = made as {
      isTrusted?: boolean;
      name?: string;
      madeBeforeMs?: number;
    };
    const identity = await makeIdentity([name], madeBeforeMs);
    const trusted = getCACertificates('default');
    const secure = await startWebhookReceiver(0, identity);
    // As NODE_EXTRA_CA_CERTS does at the start of a hub.
    if (isTrusted) setDefaultCACertificates([...trusted, identity.authority ?? '']);
    try {
      const sender = createWebhookSender({ doors, ...found('127.0.0.1') });
      const target = { url: `https://receiver.example:${secure.port}/`, allowsPlain: false };
      expect(await sender.send(target, message, open)).toEqual(outcome);
      expect(secure.received).toHaveLength('status' in outcome ? 1 : 0);
    } finally {
      setDefaultCACertificates(trusted);
      await secure.close();
    }
  });

  it('cannot be read where HTTP answers instead of HTTPS', async () => {
    const sender = createWebhookSender({ doors });
    const target = { url: receiver.url.replace('http:', 'https:'), allowsPlain: false };
    expect(await sender.send(target, message, open)).toEqual({ problem: 'not_https' });
  });
});

describe('an address', () => {
  it('whose name is not found is a failure, and no reason to refuse it', async () => {
    const sender = createWebhookSender({
      doors,
      lookUp: (_name, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
    });
    const target = { url: 'https://nowhere.example/', allowsPlain: false };
    expect(await sender.send(target, message, open)).toEqual({ problem: 'name_not_found' });
    expect(await sender.check(target)).toBeUndefined();
  });

  it('whose name is never answered is given up after the time-out', async () => {
    const sender = createWebhookSender({ doors, timeoutMs: 50, lookUp: () => undefined });
    const target = { url: 'https://silent.example/', allowsPlain: false };
    expect(await sender.send(target, message, open)).toEqual({ problem: 'timed_out' });
  });

  it.each([
    ['http://8.8.8.8/', true, 'plain_not_allowed'],
    ['http://10.1.2.3/', false, 'plain_not_allowed'],
    ['http://10.1.2.3/', true, undefined],
    ['http://[fd00::1]/', true, undefined],
    ['https://8.8.8.8/', false, undefined],
    ['https://169.254.169.254/latest', false, 'address_not_allowed'],
    ['https://0.0.0.0/', false, 'address_not_allowed'],
    ['https://[::]/', false, 'address_not_allowed'],
    ['https://[fe80::1]/', false, 'address_not_allowed'],
    ['https://[::ffff:169.254.169.254]/', false, 'address_not_allowed'],
    ['https://[64:ff9b::a00:1]/', false, 'address_not_allowed'],
    ['https://2852039166/', false, 'address_not_allowed'],
    ['https://255.255.255.255/', false, 'address_not_allowed'],
    [`http://127.0.0.1:${hubPort}/api/v1/orders`, true, 'hub_itself'],
    [`https://127.1:${hubPort}/`, false, 'hub_itself'],
    [`https://[::1]:${hubPort}/`, false, 'hub_itself'],
    [`https://[::ffff:127.0.0.1]:${hubPort}/`, false, 'hub_itself'],
    ['https://hub.example.cn/x', false, 'hub_itself'],
    ['https://user:word@city.example/', false, 'failed'],
    ['https://city.example/#part', false, 'failed'],
    ['ftp://city.example/', false, 'failed'],
    ['file:///etc/passwd', true, 'failed'],
    ['city.example', false, 'failed'],
  ])('%s, without encryption allowed: %s, is checked: %s', async (url, allowsPlain, problem) => {
    const sender = createWebhookSender({ doors, ...found('93.184.216.34') });
    expect(await sender.check({ url, allowsPlain })).toBe(problem);
  });

  it('is checked where its name leads, at each attempt', async () => {
    const port = Number(new URL(receiver.url).port);
    const own = { ports: () => [port], isProxyOrigin: () => false };
    const url = `http://receiver.example:${port}/`;
    const through = (doorsOf: typeof own, ...addresses: string[]) =>
      createWebhookSender({ doors: doorsOf, ...found(...addresses) });
    expect(await through(own, '127.0.0.1').send(plain(url), message, open)).toEqual({
      problem: 'hub_itself',
    });
    expect(await through(own, '127.0.0.1').check(plain(url))).toBe('hub_itself');
    const others = { ...own, ports: () => [] };
    const refused = { url, allowsPlain: false };
    expect(await through(others, '127.0.0.1').send(refused, message, open)).toEqual({
      problem: 'plain_not_allowed',
    });
    expect(await through(others, '127.0.0.1', '169.254.1.1').send(plain(url), message, open)).toEqual({
      problem: 'address_not_allowed',
    });
    expect(receiver.received).toEqual([]);
    expect(await through(others, '127.0.0.1').send(plain(url), message, open)).toEqual({ status: 200 });
  });
});
