import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Datagrams that the kernel threw away since they were opened because the UDP sockets of a process were full. Linux only. */
export function droppedDatagrams(pid: number): number {
  const inodes = socketsOf(pid);
  return ['udp', 'udp6']
    .flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9] ?? ''))
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0);
}

function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // It was closed meanwhile.
    }
  }
  return inodes;
}
