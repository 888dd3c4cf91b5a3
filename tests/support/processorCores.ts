import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The kernel's USER_HZ, which is 100 on every Linux Node runs on. */
const ticksPerSecond = 100;

/** Keeps a process, with all its threads, on one core. Throws where there is no such core, or no `taskset` (util-linux). */
export function pinToCore(pid: number, core: number): void {
  if (core >= cpus().length)
    throw new Error(`this takes ${core + 1} cores; the machine has ${cpus().length}`);
  setCores(pid, String(core));
}

/** Lets a process use all cores again. */
export function unpin(pid: number): void {
  setCores(pid, `0-${cpus().length - 1}`);
}

function setCores(pid: number, cores: string): void {
  execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
}

/** Processor time one process alone has used so far, in seconds. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Memory of one process that belongs to it alone or is shared by several, each counting its part, in MiB. */
export function memoryMiBOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** How busy a core was with other processes is nobody's fault here, but must be known: seconds of each core's use. */
export function busySecondsOfCore(core: number): number {
  const line = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`cpu${core} `));
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0] = (line ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupt + softInterrupt) / ticksPerSecond;
}
