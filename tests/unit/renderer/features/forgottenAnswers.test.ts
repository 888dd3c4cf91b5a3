import { expect, it } from 'vitest';
import { createAccountsAdmin } from '../../../../src-renderer/features/accounts/accountsAdmin.ts';
import { createDeskCascade } from '../../../../src-renderer/features/cascade/deskCascade.ts';
import { createDeskOnvif } from '../../../../src-renderer/features/onvif/deskOnvif.ts';
import { createDeskRecorders } from '../../../../src-renderer/features/recorders/deskRecorders.ts';
import { createDeskWebhooks } from '../../../../src-renderer/features/webhooks/webhooksStore.ts';

interface Desk {
  store: { getState(): object };
  forget(): void;
}
/** What a desk is made of here: every request waits until `answer` is called. */
interface Hub {
  ask(): Promise<never>;
}
const secret = 'the-secret-of-before';

/** Each store of an administrator that asks the hub, and a request whose answer carries a secret. */
const desks: [string, (hub: Hub) => { desk: Desk; start(): unknown; data: object }][] = [
  [
    'recorders',
    ({ ask }) => {
      const desk = createDeskRecorders({ request: ask, saveFile: () => undefined });
      const recorder = { recorderId: '42120000001110000001', name: secret } as never;
      return { desk, start: () => desk.add(recorder), data: { password: secret } };
    },
  ],
  [
    'upper platforms',
    ({ ask }) => {
      const desk = createDeskCascade(ask);
      return { desk, start: () => desk.add({} as never, secret), data: { upperId: secret, platforms: [] } };
    },
  ],
  [
    'ONVIF devices',
    ({ ask }) => {
      const desk = createDeskOnvif({ request: ask });
      const account = { username: 'admin', password: secret };
      return { desk, start: () => desk.signIn(account), data: { ready: [secret], failed: [], devices: [] } };
    },
  ],
  [
    'webhooks',
    ({ ask }) => {
      const desk = createDeskWebhooks(ask);
      const data = { webhook: { name: 'one' }, secret, webhooks: [] };
      return { desk, start: () => desk.add({} as never), data };
    },
  ],
  [
    'accounts',
    ({ ask }) => {
      const desk = createAccountsAdmin(ask);
      const account = { name: 'one', signInName: 'one' };
      return { desk, start: () => desk.add({} as never), data: { account, code: secret, expiresAtMs: 0 } };
    },
  ],
];
const settled = () => new Promise((resolve) => setImmediate(resolve));

it.each(desks)('%s: the answer to a person who left the desk is shown to nobody', async (_name, make) => {
  const answers: ((answer: never) => void)[] = [];
  const { desk, start, data } = make({ ask: () => new Promise<never>((resolve) => answers.push(resolve)) });
  const answerAll = async (): Promise<void> => {
    while (answers.length > 0) {
      answers.shift()?.({ ok: true, data } as never);
      await settled();
    }
  };
  const untouched = desk.store.getState();

  void start();
  await answerAll();
  expect(desk.store.getState(), 'the answer changes what is shown').not.toEqual(untouched);
  desk.forget();
  expect(desk.store.getState()).toEqual(untouched);

  void start();
  desk.forget();
  expect(desk.store.getState(), 'nothing is busy').toEqual(untouched);
  await answerAll();
  expect(desk.store.getState()).toEqual(untouched);

  void start();
  await answerAll();
  expect(desk.store.getState(), 'the next person is answered').not.toEqual(untouched);
});
