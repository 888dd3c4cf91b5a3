import { say } from './progress.mjs';
import { runCommand } from './runCommand.mjs';

/**
 * As root: makes the user without rights that the browser runs as. Where that fails the shell says what to do, and everything else
 * works.
 */
export async function ensureBrowserUser() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
  // Only the project's own Node reads TypeScript; the first steps of a set-up run on an older one.
  const { browserUserName, findBrowserUser } = await import('../../src-main/chromium/browserUser.ts');
  if (findBrowserUser() !== undefined) return;
  const args = ['--system', '--create-home', '--home-dir', `/var/lib/${browserUserName}`];
  const made = await runCommand('useradd', [...args, '--shell', '/usr/sbin/nologin', browserUserName], {
    title: 'making a user for the browser',
  });
  if (!made.ok && findBrowserUser() === undefined) {
    say(
      `the user ${browserUserName} could not be made; surfaces are not shown here as root: ${made.output.trim()}`,
    );
  }
}
