import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { projectNode } from './node.mjs';
import { cacheDirectory, projectDirectory } from './paths.mjs';
import { say } from './progress.mjs';
import { runCommand } from './runCommand.mjs';
import { SetupError } from './setupError.mjs';

/** Everything that the built surfaces depend on. */
const sources = [
  'src-renderer',
  'src-main',
  'src-shared',
  'assets',
  'docs/guides',
  'scripts/guides',
  'electron.vite.config.ts',
  'package-lock.json',
];

/** Builds the surfaces and the desktop shell into out/, unless the build there is of these very sources. */
export async function ensureSurfaces() {
  if (isBuilt()) return;
  const lock = join(
    cacheDirectory(),
    'locks',
    `surfaces-${fingerprint(projectDirectory, [], [projectDirectory])}.lock`,
  );
  await withLock(
    lock,
    { onWait: (pid) => say(`another set-up (process ${pid}) is building the surfaces; waiting for it`) },
    async () => {
      if (isBuilt()) return;
      // Taken before the build: a source changed meanwhile must lead to another build.
      const current = fingerprint(projectDirectory, sources);
      rmSync(stampPath(), { force: true });
      const result = await runCommand(
        projectNode(),
        [join('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
        { cwd: projectDirectory, title: 'building the surfaces' },
      );
      if (!result.ok) {
        throw new SetupError(
          `The surfaces could not be built:\n${result.output.trim()}\n`,
          'correct what is named above; npm run build shows it alone.',
        );
      }
      writeFileSync(stampPath(), current);
    },
  );
}

function stampPath() {
  return join(projectDirectory, 'out', '.mingchu-surfaces');
}

function isBuilt() {
  return (
    existsSync(join(projectDirectory, 'out', 'renderer', 'wall.html')) &&
    existsSync(stampPath()) &&
    readFileSync(stampPath(), 'utf8') === fingerprint(projectDirectory, sources)
  );
}
