import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 250;
/** The breaking of a stale lock takes about a millisecond; a breaker older than this died in the middle of it. */
const breakerLifetimeMs = 10_000;

/**
 * Runs `work` while holding a lock file, so that two set-ups started at once do a long step once. A lock left by a
 * process that no longer lives is taken over.
 * @template Result
 * @param {string} path the lock file
 * @param {{ onWait?: (holderPid: number) => void }} options `onWait` is called once, when somebody else holds it
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withLock(path, { onWait }, work) {
  mkdirSync(dirname(path), { recursive: true });
  let hasWaited = false;
  while (!tryCreate(path)) {
    const holder = readHolder(path);
    if (isStale(holder, path)) {
      breakLock(path);
      continue;
    }
    if (!hasWaited && holder !== undefined) {
      hasWaited = true;
      onWait?.(holder.pid);
    }
    await sleep(pollMs);
  }
  const release = () => rmSync(path, { force: true });
  // A process that ends in the middle of the work must not leave others waiting for the check of its pid.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} path */
function tryCreate(path) {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: processStart(process.pid) }), {
      flag: 'wx',
    });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Who holds the lock, or undefined when the file is gone or not (yet) readable.
 * @param {string} path
 * @returns {{ pid: number, startedAt: string | undefined } | undefined}
 */
function readHolder(path) {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a lock may be taken over: its process is gone, or the number now belongs to another process. A file without
 * a readable holder is being written this very moment, unless it is old.
 * @param {{ pid: number, startedAt: string | undefined } | undefined} holder
 * @param {string} path
 */
export function isStale(holder, path) {
  if (holder === undefined) return ageMs(path) > breakerLifetimeMs;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM means that it lives but belongs to somebody else.
    return error.code === 'ESRCH';
  }
  const startedAt = processStart(holder.pid);
  return startedAt !== undefined && holder.startedAt !== undefined && startedAt !== holder.startedAt;
}

/**
 * Removes a stale lock. Of several that found it stale, only the one that gets the breaker file removes it, after
 * another look; otherwise the second would remove the new lock of the first.
 * @param {string} path
 */
function breakLock(path) {
  const breaker = `${path}.break`;
  if (!tryCreate(breaker)) {
    if (ageMs(breaker) > breakerLifetimeMs) rmSync(breaker, { force: true });
    return;
  }
  try {
    if (isStale(readHolder(path), path)) renameSync(path, `${path}.stale`);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  } finally {
    rmSync(`${path}.stale`, { force: true });
    rmSync(breaker, { force: true });
  }
}

/** @param {string} path */
function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/**
 * When a process started, in the kernel's own counting, so that a reused process id is recognised; undefined where the system
 * does not say.
 * @param {number} pid
 */
function processStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name in brackets may hold spaces; the start time is field 22, the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
