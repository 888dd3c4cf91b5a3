import { readdirSync, readFileSync } from 'node:fs';

/** Memory and processor time of a process and all below it, read from /proc. */
export interface ProcessStatistics {
  /** Proportional set size in MiB: memory shared between processes is counted once. */
  memoryMiB: number;
  /** Processor time used so far, in seconds. */
  cpuSeconds: number;
}

/** The kernel's USER_HZ, which is 100 on every Linux Node runs on. */
const ticksPerSecond = 100;

/** Throws where there is no /proc. Processes that end meanwhile are left out. */
export function readProcessTree(pid: number): ProcessStatistics {
  const pids = [pid, ...descendants(pid)];
  let memoryMiB = 0;
  let cpuSeconds = 0;
  for (const each of pids) {
    try {
      const rollup = readFileSync(`/proc/${each}/smaps_rollup`, 'utf8');
      memoryMiB += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
      const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      cpuSeconds += (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    } catch (error) {
      if (each === pid) throw error;
    }
  }
  return { memoryMiB, cpuSeconds };
}

/** Resident memory of one process alone, in MiB. Throws where there is no /proc, or when the process ended. */
export function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Process ids below one, at any depth. */
export function descendants(pid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended while we looked.
    }
  }
  const found: number[] = [];
  const pending = [pid];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const children = childrenOf.get(next) ?? [];
    found.push(...children);
    pending.push(...children);
  }
  return found;
}
