import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, freemem, loadavg, release, totalmem, uptime, version } from 'node:os';
import { join } from 'node:path';
import { cleanText, secretsIn, withoutSecrets } from './removeSecrets.ts';
import { makeTarArchive } from './tarArchive.ts';

/** The end of each log that is kept; what is older helps nobody. */
const logBytes = 2 * 1024 * 1024;
/** Logs that are kept. */
const maxLogs = 20;
const hubTimeoutMs = 2_000;
/** Bundles in the folder; the oldest go. */
const maxBundles = 5;

export interface SupportBundleOptions {
  dataDir: string;
  /** Folder of `mingchu.config.json`. */
  workingDir: string;
  environment: NodeJS.ProcessEnv;
  /** Where the hub is asked how it is. */
  hubOrigin: string;
  /** Asks it, where only its own authority vouches for it; left out: by what this machine trusts. */
  readHealth?: () => Promise<string>;
  appVersion: string;
  nowMs: number;
  /** Further things that are known where this is called, such as the displays. */
  about?: Record<string, unknown>;
}

/**
 * Makes a file for those who help from afar: versions, settings, logs and the names of the data's files. Passwords, keys, codes and
 * tokens are removed; no picture, record or credential is in it. Resolves to its path in `support/` of the data folder.
 */
export async function makeSupportBundle(options: SupportBundleOptions): Promise<string> {
  const { dataDir, environment, nowMs } = options;
  const shellSettings = readJson(join(dataDir, 'shell', 'settings.json'));
  const configPath = environment.MINGCHU_CONFIG || join(options.workingDir, 'mingchu.config.json');
  const config = readJson(configPath);
  const variables = Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith('MINGCHU_')),
  );
  const known = [shellSettings, config, variables].flatMap((value) => secretsIn(value));
  const clean = (value: unknown): string => `${JSON.stringify(withoutSecrets(value, known), undefined, 2)}\n`;

  const about = {
    madeAt: new Date(nowMs).toISOString(),
    version: options.appVersion,
    node: process.version,
    system: { platform: process.platform, release: release(), version: version(), arch: process.arch },
    machine: {
      processors: cpus().length,
      model: cpus()[0]?.model,
      memoryMiB: Math.round(totalmem() / 1024 ** 2),
      freeMiB: Math.round(freemem() / 1024 ** 2),
      load: loadavg(),
      uptimeS: Math.round(uptime()),
    },
    ...options.about,
  };
  const files = [
    { path: 'about.json', text: clean(about) },
    { path: 'settings/shell.json', text: clean(shellSettings ?? {}) },
    { path: 'settings/config.json', text: clean(config ?? {}) },
    { path: 'settings/environment.json', text: clean(variables) },
    { path: 'hub/health.json', text: cleanText(await askHub(options), known) },
    { path: 'hub/files.txt', text: cleanText(listFiles(dataDir), known) },
    ...readLogs(join(dataDir, 'logs')).map(({ name, text }) => ({
      path: `logs/${name}`,
      text: cleanText(text, known),
    })),
  ];
  const folder = join(dataDir, 'support');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const path = join(folder, `mingchu-support-${stamp}.tar.gz`);
  writeFileSync(path, makeTarArchive(files, nowMs), { mode: 0o600 });
  const old = readdirSync(folder)
    .filter((name) => name.startsWith('mingchu-support-'))
    .toSorted();
  for (const name of old.slice(0, -maxBundles)) rmSync(join(folder, name), { force: true });
  return path;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function askHub({
  hubOrigin,
  readHealth,
}: Pick<SupportBundleOptions, 'hubOrigin' | 'readHealth'>): Promise<string> {
  try {
    if (readHealth !== undefined) return await readHealth();
    const answer = await fetch(`${hubOrigin}/healthz`, { signal: AbortSignal.timeout(hubTimeoutMs) });
    return await answer.text();
  } catch {
    return `{"unreachable":${JSON.stringify(hubOrigin)}}`;
  }
}

/** Sizes and names of what lies in the data folder, two levels deep. */
function listFiles(dataDir: string): string {
  const lines: string[] = [];
  const list = (folder: string, prefix: string, depth: number): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        lines.push(`${prefix}${entry.name}/`);
        if (depth > 0) list(path, `${prefix}${entry.name}/`, depth - 1);
      } else if (entry.isFile()) lines.push(`${prefix}${entry.name} ${statSync(path).size}`);
      if (lines.length > 2_000) return;
    }
  };
  try {
    list(dataDir, '', 1);
  } catch (error) {
    lines.push(String(error));
  }
  return `${lines.join('\n')}\n`;
}

function readLogs(folder: string): { name: string; text: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^[\w.-]{1,60}\.log$/.test(name));
  } catch {
    return [];
  }
  return names.slice(0, maxLogs).flatMap((name) => {
    try {
      return [{ name, text: readEnd(join(folder, name)) }];
    } catch {
      // The program that writes it has just begun another file in its place.
      return [];
    }
  });
}

function readEnd(path: string): string {
  const { size } = statSync(path);
  const bytes = Buffer.alloc(Math.min(size, logBytes));
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8');
}
