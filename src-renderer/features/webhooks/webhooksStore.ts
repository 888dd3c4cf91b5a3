import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { ListedWebhook, WebhookContent } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

export interface WebhooksState {
  /** As they were read last; undefined before the first answer. */
  webhooks: readonly ListedWebhook[] | undefined;
  /** Names of those that were stopped after failures. */
  stopped: readonly string[];
  /** The new one with its secret, until it is put away. */
  made: { name: string; secret: string } | undefined;
  /** What became of the last test. */
  tested: ({ name: string } & OutputOf<'webhooks:sendTest'>) | undefined;
  isBusy: boolean;
  problem: RefusalWords | undefined;
}

/** Webhooks at an administrator's desk. */
export interface DeskWebhooks {
  store: StoreApi<WebhooksState>;
  read(): Promise<void>;
  /** Whether it was made. */
  add(content: WebhookContent): Promise<boolean>;
  setState(webhookId: string, state: 'on' | 'off'): Promise<void>;
  remove(webhookId: string): Promise<void>;
  sendTest(webhook: Pick<ListedWebhook, 'webhookId' | 'name'>): Promise<void>;
  putSecretAway(): void;
  /** Something changed: the list is read again where it is shown. */
  changed(stopped: readonly string[]): void;
}

export function createDeskWebhooks(
  request: <Name extends RequestName>(name: Name, input: InputOf<Name>) => Promise<Ack<OutputOf<Name>>>,
): DeskWebhooks {
  const store = createStore<WebhooksState>(() => ({
    webhooks: undefined,
    stopped: [],
    made: undefined,
    tested: undefined,
    isBusy: false,
    problem: undefined,
  }));
  const ask = async <Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
  ): Promise<OutputOf<Name> | undefined> => {
    store.setState({ isBusy: true, problem: undefined });
    const answer = await request(name, input);
    store.setState({ isBusy: false, ...(answer.ok ? {} : { problem: answer }) });
    return answer.ok ? answer.data : undefined;
  };
  const read = async (): Promise<void> => {
    const answer = await request('webhooks:list', {});
    store.setState(answer.ok ? { webhooks: answer.data.webhooks } : { problem: answer });
  };
  return {
    store,
    read,
    async add(content) {
      const answer = await ask('webhooks:create', content);
      if (answer === undefined) return false;
      store.setState({ made: { name: answer.webhook.name, secret: answer.secret } });
      await read();
      return true;
    },
    async setState(webhookId, state) {
      if ((await ask('webhooks:setState', { webhookId, state })) !== undefined) await read();
    },
    async remove(webhookId) {
      if ((await ask('webhooks:delete', { webhookId })) !== undefined) await read();
    },
    async sendTest({ webhookId, name }) {
      store.setState({ tested: undefined });
      const tested = await ask('webhooks:sendTest', { webhookId });
      if (tested !== undefined) store.setState({ tested: { name, ...tested } });
    },
    putSecretAway: () => store.setState({ made: undefined, tested: undefined, problem: undefined }),
    changed(stopped) {
      store.setState({ stopped });
      if (store.getState().webhooks !== undefined) void read();
    },
  };
}
