import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { projectDirectory } from './paths.mjs';
import { runCommand } from './runCommand.mjs';
import { SetupError } from './setupError.mjs';

/** The first Node that runs TypeScript sources as they are; earlier ones also crash on loading better-sqlite3. */
const neededVersion = '22.18';

/**
 * The Node that runs the sources: the one that came with the dependencies, else the machine's own where that is new
 * enough (macOS has no such package).
 * @returns {string} path of the binary
 */
export function projectNode() {
  const packaged = join(
    projectDirectory,
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(packaged)) return packaged;
  if (process.features.typescript) return process.execPath;
  throw new SetupError(
    `Mingchu needs Node ${neededVersion}; this is ${process.version}, and there is no npm package of Node for ${process.platform} on ${process.arch}.`,
    `install Node ${neededVersion} or later, then start again.`,
  );
}

/** Starts the Node that was found once, so that a binary that does not run here is noticed in the set-up. */
export function requireProjectNode() {
  const node = projectNode();
  if (node === process.execPath) return;
  try {
    execFileSync(node, ['--version'], { stdio: 'ignore' });
  } catch (error) {
    throw new SetupError(
      `The Node that came with the dependencies does not run here: ${error.message}`,
      `install Node ${neededVersion} or later on this machine, and remove node_modules/node-${process.platform}-${process.arch}.`,
    );
  }
}

/**
 * Runs a script again with the project's Node where this one reads no TypeScript. A shell that started an older Node before the project's
 * own was installed goes on with that one for the commands after it.
 * @param {string[]} args the script and its arguments
 * @param {{ readsTypeScript?: boolean, node?: () => string, run?: typeof runCommand }} [parts]
 * @returns {Promise<number | undefined>} the exit code of the other run; undefined where there was no need for one
 */
export async function rerunOnProjectNode(args, parts = {}) {
  const {
    readsTypeScript = Boolean(process.features.typescript),
    node = projectNode,
    run = runCommand,
  } = parts;
  if (readsTypeScript) return undefined;
  const { ok, code } = await run(node(), args, { show: true });
  return ok ? 0 : (code ?? 1);
}
