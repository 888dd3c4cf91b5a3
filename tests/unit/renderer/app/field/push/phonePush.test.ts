import { describe, expect, it } from 'vitest';
import {
  createPhonePush,
  type PhonePushPorts,
} from '../../../../../../src-renderer/app/field/push/phonePush.ts';
import { createPushStore } from '../../../../../../src-renderer/features/field/push/pushStore.ts';
import type { PushOutcome } from '../../../../../../src-shared/push/push.protocol.ts';

const publicKey = Buffer.alloc(65, 7).toString('base64url');

/** A browser with one push service, and a hub. */
function stage({
  permission = 'granted' as NotificationPermission,
  outcome = 'sent' as PushOutcome,
  hasKey = true,
  hasPush = true,
  isServiceThere = true,
  isStorageBlocked = false,
} = {}) {
  const browser = { permission, subscribed: [] as string[], made: 0, ended: 0 };
  const asked: string[] = [];
  const words = new Map<string, unknown>();
  const subscriptionOf = (applicationServerKey: string) => ({
    options: { applicationServerKey: new Uint8Array(Buffer.from(applicationServerKey, 'base64url')).buffer },
    toJSON: () => ({ endpoint: 'https://push.test/1', keys: { p256dh: 'point', auth: 'secret' } }),
    unsubscribe() {
      browser.ended += 1;
      browser.subscribed = [];
      return Promise.resolve(true);
    },
  });
  const manager = {
    getSubscription: () =>
      Promise.resolve(browser.subscribed[0] === undefined ? null : subscriptionOf(browser.subscribed[0])),
    subscribe({ applicationServerKey }: { applicationServerKey: string }) {
      if (!isServiceThere) return Promise.reject(new Error('Registration failed - push service error'));
      browser.made += 1;
      browser.subscribed = [applicationServerKey];
      return Promise.resolve(subscriptionOf(applicationServerKey));
    },
  };
  const store = createPushStore();
  const push = createPhonePush({
    store,
    request: ((name: string, input: object) => {
      asked.push(`${name} ${JSON.stringify(input)}`);
      const data = name === 'push:readKey' ? (hasKey ? { publicKey } : {}) : { outcome };
      return Promise.resolve({ ok: true, data });
    }) as unknown as PhonePushPorts['request'],
    notifications: hasPush
      ? {
          get permission() {
            return browser.permission;
          },
          requestPermission() {
            if (browser.permission === 'default') browser.permission = 'granted';
            return Promise.resolve(browser.permission);
          },
        }
      : undefined,
    pushManager: () => Promise.resolve(hasPush ? (manager as unknown as PushManager) : undefined),
    caches: () => {
      if (isStorageBlocked) throw new DOMException('Access is denied.', 'SecurityError');
      return {
        open: () =>
          Promise.resolve({
            put: async (path: string, answer: Response) => void words.set(path, await answer.json()),
          } as unknown as Cache),
      };
    },
    words: () => ({ language: 'en', title: 'New order {{number}}', again: '', checked: '' }),
  });
  return { push, browser, asked, words, standing: () => store.getState().standing };
}

describe('a phone that may ring while it is locked', () => {
  it('subscribes with the key of the hub, reports to the hub where it is reached, and keeps words for its worker', async () => {
    const { push, asked, words, standing } = stage();
    await push.joined();
    expect(standing()).toBe('on');
    expect(asked.at(-1)).toBe(
      'push:subscribe {"endpoint":"https://push.test/1","p256dh":"point","auth":"secret"}',
    );
    expect(words.get('/push-words.json')).toMatchObject({ title: 'New order {{number}}' });
  });

  it('subscribes also where the browser keeps nothing: its worker says the number and the place alone', async () => {
    const { push, words, standing } = stage({ isStorageBlocked: true });
    await push.joined();
    expect([standing(), words.size]).toEqual(['on', 0]);
  });

  it('asks the member first, and only in a gesture', async () => {
    const { push, browser, standing } = stage({ permission: 'default' });
    await push.joined();
    expect(standing()).toBe('ask');
    expect(browser.made).toBe(0);
    await push.allow();
    expect(standing()).toBe('on');
  });

  it('keeps its subscription over reloads, and makes another where the hub has another key', async () => {
    const { push, browser } = stage();
    await push.joined();
    await push.joined();
    expect(browser.made).toBe(1);
    browser.subscribed = [Buffer.alloc(65, 9).toString('base64url')];
    await push.joined();
    expect(browser).toMatchObject({ made: 2, ended: 1, subscribed: [publicKey] });
  });

  it('makes another one the next time where the push service knows it no more', async () => {
    const { push, browser, standing } = stage({ outcome: 'gone' });
    await push.joined();
    expect(standing()).toBe('unreachable');
    expect(browser.ended).toBe(1);
  });

  it('ends its subscription when it is signed out', async () => {
    const { push, browser, standing } = stage();
    await push.joined();
    await push.signedOut();
    expect(browser.subscribed).toEqual([]);
    expect(standing()).toBe('unknown');
  });
});

describe('a phone that does not ring while it is locked says why', () => {
  it.each([
    ['a browser without push', { hasPush: false }, 'unsupported'],
    ['forbidden notifications', { permission: 'denied' as const }, 'denied'],
    ['no push service from this network', { isServiceThere: false }, 'unreachable'],
    ['a hub in a closed network', { outcome: 'unreachable' as const }, 'unreachable'],
    ['a hub that sends nothing', { hasKey: false }, 'not_set_up'],
  ])('%s', async (_what, options, expected) => {
    const { push, standing } = stage(options);
    await push.joined();
    expect(standing()).toBe(expected);
  });
});
