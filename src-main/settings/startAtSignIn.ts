import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseHubAddress } from '../hub/hubAddress.ts';
import { writeFileAtomically } from './atomicFile.ts';

/** What the shell reads from its environment and a person may have set for it; none of these holds a secret. */
const keptVariables = [
  'MINGCHU_DATA_DIR',
  'MINGCHU_HUB_URL',
  'MINGCHU_SURFACE',
  'MINGCHU_SURFACES',
  'MINGCHU_SCREEN',
  'MINGCHU_KIOSK',
  'MINGCHU_BROWSER',
] as const;

/**
 * The command with which the shell starts again as it runs now, by the same variables. The key of an old access link in an address
 * stays out of it.
 */
export function signInCommand(command: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const variables = keptVariables.flatMap((name) => {
    const value = environment[name];
    return value ? [`${name}=${withoutKey(value)}`] : [];
  });
  const words = command.map(withoutKey);
  return variables.length === 0 ? words : ['env', ...variables, ...words];
}

/** An address of a hub, also as `--hub=ADDRESS`, without what stands behind its origin; everything else as it is. */
function withoutKey(word: string): string {
  const [, before = '', address = ''] = /^(--hub=)?(https?:.*)$/.exec(word) ?? [];
  const hub = address === '' ? undefined : parseHubAddress(address);
  return hub === undefined ? word : before + hub.origin;
}

/** A desktop entry (freedesktop.org, Desktop Entry 1.5) that starts the shell; each word of the command is quoted. */
export function signInEntry(command: readonly string[]): string {
  const quoted = command.map(
    (word) => `"${word.replaceAll(/[\\"`$]/g, (character) => `\\${character}`).replaceAll('%', '%%')}"`,
  );
  // In a value of the file itself a backslash is written twice.
  const exec = quoted.join(' ').replaceAll('\\', '\\\\');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Mingchu',
    'Name[zh_CN]=明厨',
    `Exec=${exec}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Switches on or off that a Linux desktop starts the shell when its user signs in. Throws what the file system throws. */
export function setSignInEntry(
  on: boolean,
  command: readonly string[],
  configHome = process.env.XDG_CONFIG_HOME || join(homedir(), '.config'),
): void {
  const path = join(configHome, 'autostart', 'mingchu.desktop');
  if (on) writeFileAtomically(path, signInEntry(command));
  else rmSync(path, { force: true });
}
