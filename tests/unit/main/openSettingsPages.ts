import type { RememberedSurface } from '../../../src-main/displays/placement.ts';
import type { HubFinder } from '../../../src-main/settings/connectPages.ts';
import { createSettingsPages, type LocalAnswer } from '../../../src-main/settings/settingsPages.ts';
import type { ShellSettings } from '../../../src-main/settings/shellSettings.ts';
import { displayStandIn } from './electronStandIn.ts';
import { noFinder, settingsInMemory } from './settingsInMemory.ts';

/** The settings window over settings in memory; `ask` sends a form as its pages do, and gives the page or the kind of answer. */
export function openSettingsPages({
  isKiosk = false,
  given = {} as Partial<ShellSettings>,
  finder = {} as Partial<HubFinder>,
  placed = [{ surface: 'wall', screenId: 'north', display: 'display 7 (7)' }] as RememberedSurface[],
  displays = [displayStandIn(8, 1), displayStandIn(7, 0)],
} = {}) {
  const settings = settingsInMemory(given);
  const done: string[] = [];
  const pages = createSettingsPages({
    settings,
    displays: {
      read: () => Promise.resolve({ displays, primaryId: 7 }),
    },
    isFixed: { surfaces: false, hub: false },
    isKiosk: () => isKiosk,
    placed: () => placed,
    onChanged: () => done.push('placed'),
    finder: { ...noFinder, ...finder },
    makeBundle: () => Promise.resolve('/data/support/bundle.tar.gz'),
    startAtSignIn: (on) => done.push(`sign-in ${on}`),
    leave: () => done.push('left'),
    nowMs: () => 5,
  });
  const ask = async (form?: Record<string, string> | [string, string][]): Promise<string> => {
    const text = new URLSearchParams(form).toString();
    const answer: LocalAnswer = await pages.answer({
      method: form === undefined ? 'GET' : 'POST',
      path: '/',
      form: text,
    });
    return answer.kind === 'page' ? answer.html : answer.kind;
  };
  const tokenOf = (html: string): string => /name="token" value="(\w+)"/.exec(html)?.[1] ?? 'none';
  return { settings, done, ask, tokenOf, pages };
}
