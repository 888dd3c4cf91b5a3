import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { createRepeatedCommands, isDecided } from '../../ui/repeatedCommands.ts';
import type { SitesStore } from './sitesStore.ts';

/** What a desk does with sites. */
export type SiteCommand = 'makeLink' | 'revokeLink' | 'uphold' | 'decline';
/** The result of a command: done, or the refusal of the hub. */
export type SiteOutcome = { command: SiteCommand; ok: true } | ({ command: SiteCommand } & Refused);

export interface SitesActions {
  readLinks(siteId: string): Promise<void>;
  /** Makes a code and shows it. */
  makeLink(siteId: string, forWhom: string): Promise<boolean>;
  hideCode(): void;
  revokeLink(siteId: string, linkId: string): Promise<void>;
  readAlert(alertId: string): Promise<void>;
  decide(alertId: string, decision: InputOf<'sites:decideAppeal'>['decision']): Promise<boolean>;
}

/** Makes the actions; each notifies the officer of its result. */
export function createSitesActions(options: {
  store: SitesStore;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  /** Where phones reach the hub, such as `https://192.168.1.5:7443`. */
  origin(): Promise<string>;
  notify(outcome: SiteOutcome): void;
}): SitesActions {
  const { store, request, notify } = options;
  const commands = createRepeatedCommands(() => crypto.randomUUID());
  const readLinks = async (siteId: string): Promise<void> => {
    const answer = await request('sites:listLinks', { siteId });
    if (answer.ok) store.setState({ links: { siteId, ...answer.data } });
  };
  return {
    readLinks,
    async makeLink(siteId, forWhom) {
      const [answer, origin] = await Promise.all([
        commands.send(
          JSON.stringify([siteId, forWhom]),
          (commandId) => request('sites:makeLink', { siteId, forWhom, commandId }),
          isDecided,
        ),
        options.origin(),
      ]);
      if (!answer.ok) {
        notify({ command: 'makeLink', ...answer });
        return false;
      }
      const { link, code, path } = answer.data;
      store.setState({ made: { link, code, address: `${origin}${path}` } });
      await readLinks(siteId);
      return true;
    },
    hideCode: () => store.setState({ made: undefined }),
    async revokeLink(siteId, linkId) {
      const answer = await request('sites:revokeLink', { siteId, linkId });
      notify(answer.ok ? { command: 'revokeLink', ok: true } : { command: 'revokeLink', ...answer });
      await readLinks(siteId);
    },
    async readAlert(alertId) {
      store.setState({ answer: undefined });
      const answer = await request('sites:readAlert', { alertId });
      if (answer.ok) store.setState({ answer: { alertId, ...answer.data } });
    },
    async decide(alertId, decision) {
      const command = decision.type;
      const answer = await request('sites:decideAppeal', { alertId, decision });
      notify(answer.ok ? { command, ok: true } : { command, ...answer });
      return answer.ok;
    },
  };
}
