import { readConnectionCode } from '../../src-shared/network/connectionCode.ts';
import type { FoundHub } from '../hub/foundHubs.ts';
import type { HubExamination } from '../hub/hubExamination.ts';
import type { ConnectionCode } from '../../src-shared/network/connectionCode.ts';
import { renderComparePage, renderConnectPage } from './connectView.ts';
import type { ConnectFault } from './connectWords.ts';
import type { SettingsFile } from './shellSettings.ts';

/** How servers are found and examined. */
export interface HubFinder {
  search(): Promise<readonly FoundHub[]>;
  examine(address: string): Promise<HubExamination>;
  examineCode(code: ConnectionCode): Promise<HubExamination>;
}

/** The pages on which a server is chosen. */
export interface ConnectPages {
  /** The page for an action of the settings; `saved` when a server was chosen, undefined for an action of another page. */
  answer(
    action: string,
    token: string,
    form: URLSearchParams,
  ): Promise<string | 'saved' | 'notSaved' | undefined>;
}

/** A server is used only after a person has compared it, or has typed its connection code. */
export function createConnectPages({
  settings,
  finder,
}: {
  settings: SettingsFile;
  finder: HubFinder;
}): ConnectPages {
  /** What was examined in a visit and waits to be compared. The page itself cannot name another one. */
  let waiting: { token: string; hub: Extract<HubExamination, { kind: 'hub' }> } | undefined;

  const choose = async (token: string, fault?: ConnectFault): Promise<string> => {
    waiting = undefined;
    const found = await finder.search();
    return renderConnectPage({ language: settings.read().language, token, found, fault });
  };
  const compare = (token: string, examined: HubExamination): string | Promise<string> => {
    if (examined.kind === 'fault') return choose(token, examined.fault);
    waiting = { token, hub: examined };
    const { origin, authority } = examined;
    return renderComparePage({ language: settings.read().language, token, origin, authority });
  };
  const use = ({ origin, authority }: Extract<HubExamination, { kind: 'hub' }>): 'saved' | 'notSaved' => {
    try {
      settings.change({ hub: origin, hubAuthority: authority?.pem });
      return 'saved';
    } catch {
      return 'notSaved';
    }
  };

  return {
    async answer(action, token, form) {
      if (action === 'connect') return choose(token);
      if (action.startsWith('examine ')) return compare(token, await finder.examine(action.slice(8)));
      if (action === 'examineAddress') return compare(token, await finder.examine(form.get('address') ?? ''));
      if (action === 'examineCode') {
        const code = readConnectionCode(form.get('connectionCode') ?? '');
        if (code === undefined) return choose(token, 'wrongConnectionCode');
        const examined = await finder.examineCode(code);
        return examined.kind === 'hub' ? use(examined) : choose(token, examined.fault);
      }
      if (action === 'useHub') return waiting?.token === token ? use(waiting.hub) : choose(token, 'notFound');
      return undefined;
    },
  };
}
