// `npm run package`: the hub as a Debian package and as a container's context, and the desktop application where its parts are here.
// `npm run package -- --check` installs, starts, upgrades and removes the package in a root of its own (as root, some minutes).
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checkContainer, hasPodman } from './package/checkContainer.mjs';
import { checkDebianPackage } from './package/checkDebianPackage.mjs';
import { debianArchitecture, makeDebianPackage } from './package/debianPackage.mjs';
import { makeDesktopPackages } from './package/desktopPackages.mjs';
import { makeHubTree } from './package/hubTree.mjs';
import { projectDirectory } from './setup/paths.mjs';
import { say } from './setup/progress.mjs';
import { runSetup } from './setup/runSetup.mjs';
import { reportFailure } from './setup/setupError.mjs';

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  await makePackages(values.check);
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** @param {boolean} isChecked */
async function makePackages(isChecked) {
  const { mediaWorker, datagramReceiver } = await runSetup('start');
  const output = join(projectDirectory, 'out', 'packages');
  const tree = join(projectDirectory, 'out', 'hub');
  mkdirSync(output, { recursive: true });
  const { version, packages } = makeHubTree(tree, mediaWorker, datagramReceiver);
  say(`the hub with ${packages} packages of npm lies in out/hub`);

  const architecture = debianArchitecture();
  if (architecture === undefined) {
    say('no Debian package of the hub: there is no dpkg here; it is built on Debian or Ubuntu');
  } else {
    const path = makeDebianPackage({ tree, output, version, architecture });
    copyFileSync(path, join(output, 'mingchu-hub.deb'));
    copyFileSync(
      join(projectDirectory, 'scripts', 'package', 'Containerfile'),
      join(output, 'Containerfile'),
    );
    say(`Debian package: ${path}`);
    say('container: podman build --format docker -t mingchu-hub out/packages');
    if (isChecked) {
      const next = makeDebianPackage({ tree, output, version: `${version}+next`, architecture });
      const figures = await checkDebianPackage({ path, next });
      if (!hasPodman())
        say('container: not built here, there is no podman; its steps are those of the package above');
      const container = hasPodman() ? await checkContainer({ output }) : undefined;
      writeFileSync(join(output, 'check.json'), `${JSON.stringify({ ...figures, container })}\n`);
    }
  }
  const missing = await makeDesktopPackages();
  for (const sentence of missing) say(`desktop application: ${sentence}`);
}
