import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The names under which Chromium and its kin are installed, the best first. */
const browserNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of the system's Chromium, or undefined where there is none. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return browserNames.flatMap((name) => folders.map((folder) => join(folder, name))).find(canExecute);
}

function canExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
