import type { HubFinder } from '../../../src-main/settings/connectPages.ts';
import type { SettingsFile, ShellSettings } from '../../../src-main/settings/shellSettings.ts';

/** Settings that nothing writes to a disk. */
export function settingsInMemory(given: Partial<ShellSettings> = {}): SettingsFile {
  let settings: ShellSettings = {
    version: 1,
    language: 'zh-CN',
    languageIsChosen: false,
    kiosk: false,
    startAtSignIn: false,
    arrangements: [],
    ...given,
  };
  return {
    read: () => settings,
    change: (changes) => void (settings = { ...settings, ...changes }),
    remember: (arrangement) => void (settings = { ...settings, arrangements: [arrangement] }),
  };
}

/** A network without any hub. */
export const noFinder: HubFinder = {
  search: () => Promise.resolve([]),
  examine: () => Promise.resolve({ kind: 'fault', fault: 'noAnswer' }),
  examineCode: () => Promise.resolve({ kind: 'fault', fault: 'noAnswer' }),
};
