import { readdir, readFile, readlink } from 'node:fs/promises';

const tables = ['udp', 'udp6', 'tcp', 'tcp6'] as const;
/** State of a TCP socket that listens, in `/proc/net/tcp`. */
const listening = '0A';

/** The name of the program that has a UDP or TCP port, as far as this user may see it; undefined elsewhere than on Linux. */
export async function portHolder(port: number): Promise<string | undefined> {
  try {
    const sockets = new Set((await Promise.all(tables.map((table) => socketsOf(table, port)))).flat());
    if (sockets.size === 0) return undefined;
    for (const process of await readdir('/proc')) {
      if (!/^\d+$/.test(process)) continue;
      const files = await readdir(`/proc/${process}/fd`).catch((): string[] => []);
      for (const file of files) {
        const target = await readlink(`/proc/${process}/fd/${file}`).catch(() => '');
        if (sockets.has(target)) return (await readFile(`/proc/${process}/comm`, 'utf8')).trim().slice(0, 40);
      }
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** The sockets at this port as `/proc/PID/fd` names them, such as `socket:[4711]`. */
async function socketsOf(table: (typeof tables)[number], port: number): Promise<string[]> {
  const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '');
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local = '', , state]) => local.endsWith(ending) && (table.startsWith('udp') || state === listening),
    )
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
}
