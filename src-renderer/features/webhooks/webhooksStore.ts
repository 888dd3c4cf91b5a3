import type { StoreApi } from 'zustand/vanilla';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { ListedWebhook, WebhookContent } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import { createAskingStore, type AskHub } from '../../ui/askingStore.ts';
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
  /** Another person may be at the desk. */
  forget(): void;
}

const nothing: WebhooksState = {
  webhooks: undefined,
  stopped: [],
  made: undefined,
  tested: undefined,
  isBusy: false,
  problem: undefined,
};

export function createDeskWebhooks(askHub: AskHub): DeskWebhooks {
  const { store, request, ask, forget } = createAskingStore<WebhooksState>({ nothing, request: askHub });
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
    forget,
  };
}
