import type { SettingsFile, ShellSettings } from '../../../src-main/settings/shellSettings.ts';

/** Settings that nothing writes to a disk. */
export function settingsInMemory(given: Partial<ShellSettings> = {}): SettingsFile {
  let settings: ShellSettings = {
    version: 1,
    language: 'zh-CN',
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
