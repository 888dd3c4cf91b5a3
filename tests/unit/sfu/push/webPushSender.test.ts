import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createWebPushSender,
  isPushEndpoint,
  usualPushHosts,
} from '../../../../src-sfu/push/webPushSender.ts';
import { readOrMakePushKeys } from '../../../../src-sfu/storage/pushKeys.ts';
import { startPushStandIn } from './pushStandIn.ts';

const keys = readOrMakePushKeys(':memory:');
const contact = 'mailto:duty@example.cn';
const message = { kind: 'order', orderId: 'o1', number: '7-042', place: '温泉一小', isAgain: false } as const;
let service: Awaited<ReturnType<typeof startPushStandIn>>;
beforeAll(async () => {
  service = await startPushStandIn();
});
beforeEach(() => {
  service.pushed.length = 0;
  service.answerWith(201);
});
afterAll(() => service.close());
const sender = (hosts = ['push.test']) => createWebPushSender({ keys, contact, hosts, fetch: service.fetch });

describe('a push message', () => {
  it('is encrypted for the phone, signed with the key of the hub, and wakes it at once', async () => {
    expect(await sender().send(service.subscription, message)).toBe('sent');
    expect(service.faults).toEqual([]);
    const [pushed] = service.pushed;
    expect(pushed).toMatchObject({ path: '/send/abc', message, publicKey: keys.publicKey });
    expect(pushed?.claims).toMatchObject({ aud: 'https://push.test', sub: contact });
    expect(pushed?.claims.exp).toBeLessThanOrEqual(Date.now() / 1_000 + 24 * 3_600);
    expect(pushed?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '120' });
  });

  it.each([
    [404, 'gone'],
    [410, 'gone'],
    [400, 'refused'],
    [403, 'refused'],
    [413, 'refused'],
    [429, 'unreachable'],
    [500, 'unreachable'],
  ] as const)('that is answered with %i is %s', async (status, outcome) => {
    service.answerWith(status);
    expect(await sender().send(service.subscription, message)).toBe(outcome);
  });

  it('into a closed network is unreachable', async () => {
    const closed = createWebPushSender({
      keys,
      contact,
      hosts: ['push.test'],
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
    expect(await closed.send(service.subscription, message)).toBe('unreachable');
  });

  it('with keys that are none is refused, and nothing is sent', async () => {
    const wrong = { ...service.subscription, p256dh: 'A'.repeat(87) };
    expect(await sender().send(wrong, message)).toBe('refused');
    expect(service.pushed).toEqual([]);
  });

  it.each([
    'https://127.0.0.1/send',
    'https://push.test.evil.cn/send',
    'https://evil.cn/push.test',
    'https://push.test:8443/send',
    'https://name:word@push.test/send',
    'https://push.test@evil.cn/',
    'http://push.test/send',
    'https://[::1]/',
    'not an address',
  ])('is not sent to %s', async (endpoint) => {
    expect(await sender().send({ ...service.subscription, endpoint }, message)).toBe('refused');
    expect(service.pushed).toEqual([]);
  });

  it('goes to the services of the usual browsers', () => {
    for (const host of ['fcm.googleapis.com', 'web.push.apple.com', 'wns2-par02p.notify.windows.com']) {
      expect(isPushEndpoint(`https://${host}/x`, usualPushHosts)).toBe(true);
    }
    expect(isPushEndpoint('https://push.apple.com.evil.cn/x', usualPushHosts)).toBe(false);
  });
});

describe('the key of the hub', () => {
  it('is made once, readable by its owner only; a damaged one is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mingchu-push-'));
    try {
      const made = readOrMakePushKeys(folder);
      expect(readOrMakePushKeys(folder)).toEqual(made);
      const path = join(folder, 'push.key');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      writeFileSync(path, readFileSync(path).subarray(0, 20));
      expect(() => readOrMakePushKeys(folder)).toThrow('push.key is damaged');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
