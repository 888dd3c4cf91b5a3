import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { projectDirectory } from '../setup/paths.mjs';
import { runCommand } from '../setup/runCommand.mjs';

/**
 * Builds AppImage, deb, NSIS or dmg of the desktop application, what of it this system can.
 * @returns {Promise<string[]>} what is missing and what to do about it; empty when everything was built
 */
export async function makeDesktopPackages() {
  const module = (...parts) => join(projectDirectory, 'node_modules', ...parts);
  const binary = { win32: 'electron.exe', darwin: 'Electron.app' }[process.platform] ?? 'electron';
  const missing = [];
  if (!existsSync(module('electron', 'dist', binary)))
    missing.push(
      'no Electron binary in node_modules/electron/dist (npm packages bring none; where GitHub or a mirror can be reached: node node_modules/electron/install.js, with ELECTRON_MIRROR for a mirror)',
    );
  if (!existsSync(module('electron-builder', 'cli.js')))
    missing.push('no electron-builder (npm i --no-save electron-builder)');
  if (!existsSync(join(projectDirectory, 'out', 'main', 'main.js')))
    missing.push('no built application in out/main (npm run build)');
  if (missing.length > 0) return missing;
  const target = { win32: '--win', darwin: '--mac' }[process.platform] ?? '--linux';
  const built = await runCommand(
    process.execPath,
    [
      module('electron-builder', 'cli.js'),
      target,
      `--${process.arch}`,
      '--config',
      join(projectDirectory, 'scripts', 'package', 'electronBuilder.json'),
      '--publish',
      'never',
    ],
    { cwd: projectDirectory, title: 'packaging the desktop application' },
  );
  return built.ok ? [] : [`electron-builder failed:\n${built.output.trim()}`];
}
