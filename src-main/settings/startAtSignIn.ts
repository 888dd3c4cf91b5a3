import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from './atomicFile.ts';

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
