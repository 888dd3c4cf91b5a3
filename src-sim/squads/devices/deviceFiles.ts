import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sourceFolder = fileURLToPath(new URL('.', import.meta.url));

/** The files of picture and voice. Their folder is named by a hash of everything that they are made from, so that a change makes new ones. */
export function deviceFiles(environment: NodeJS.ProcessEnv = process.env): {
  picture: string;
  voice: string;
} {
  const hash = createHash('sha256');
  for (const name of readdirSync(sourceFolder).sort()) hash.update(readFileSync(join(sourceFolder, name)));
  const cache = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(cache, 'mingchu', 'patrol', hash.digest('hex').slice(0, 16));
  return { picture: join(folder, 'patrol.y4m'), voice: join(folder, 'voice.wav') };
}
