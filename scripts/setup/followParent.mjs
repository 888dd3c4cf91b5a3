import { readFileSync } from 'node:fs';

const lookEveryMs = 500;

/**
 * Ends this process as SIGTERM would once the npm that started it is gone. A signal that stops npm reaches at most the
 * shell that npm puts between us; whoever stops `npm start` would otherwise leave everything running. Started without
 * npm, for instance by a service manager, nothing is watched.
 */
export function followParent() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const before = ancestry();
  const timer = setInterval(() => {
    if (ancestry() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, lookEveryMs);
  timer.unref();
}

/** Our parent and, where that is the shell between npm and us, its parent. A process whose parent dies gets another. */
function ancestry() {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    // proc(5): the name stands in brackets; the parent is the second field after it.
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const grandparent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return name.endsWith('sh') ? `${parent} ${grandparent}` : `${parent}`;
  } catch {
    return `${parent}`;
  }
}
