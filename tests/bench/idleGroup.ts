import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const lowestPriority = 19;
/** Where Linux has groups of processes that share the processor (cgroups(7)), of the first and of the second version. */
const roots = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'];

/**
 * Makes a process that stands for other machines run only while nothing else wants a processor. Where it may not make an idle group of
 * processes (it takes root), the process has the lowest priority, and takes some time from the others all the same.
 *
 * @returns Whether it is in an idle group, and what removes the group once the process has ended
 */
export function runWhenIdle(pid: number): { isIdle: boolean; remove(): void } {
  setPriority(pid, lowestPriority);
  for (const root of roots) {
    const group = `${root}/mingchu-bench-${pid}`;
    try {
      mkdirSync(group);
      if (!existsSync(`${group}/cpu.idle`)) {
        rmdirSync(group);
        continue;
      }
      writeFileSync(`${group}/cpu.idle`, '1');
      writeFileSync(`${group}/cgroup.procs`, String(pid));
      return { isIdle: true, remove: () => rmdirSync(group) };
    } catch {
      // Another version, or no right to make one.
    }
  }
  // Sessions share a processor first, whatever the priority of their processes (sched(7)).
  if (existsSync(`/proc/${pid}/autogroup`)) writeFileSync(`/proc/${pid}/autogroup`, String(lowestPriority));
  return { isIdle: false, remove: () => undefined };
}
