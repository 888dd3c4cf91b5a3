import type { Socket } from 'node:net';

/**
 * The longest that what came from a camera may wait unread, in milliseconds. With what a turn may be late it stays below the
 * interval of a camera with the fewest pictures that counts as usual (pictureLimits.ts).
 */
export const longestWaitMs = 350;
const shortestWaitMs = 50;
/** The sockets that are due within so many milliseconds are read in one turn. */
const turnMs = 25;
const turns = longestWaitMs / turnMs + 1;
/** A socket is put into one of so many neighbouring turns: into that with the fewest, so that hundreds never come at once. */
const choices = 3;

/** When one connection is read again. Each connection keeps its own. */
export interface ReadRound {
  /** Leaves the socket unread for a while; the `onread` callback returns false with it. */
  readLater(socket: Socket): void;
  /** From now on it waits shortly again. */
  restart(): void;
}

/**
 * Reads cameras that nobody watches less often, everything that came by then at once: a wake-up and a system call for each
 * picture are most of what such a stream costs. The wait doubles from one reading to the next, because the kernel opens its
 * receive window to twice what is read at once: no camera finds the window closed, whatever its bit rate.
 */
export function createReadRounds(): { join(): ReadRound } {
  /** The sockets of each turn. */
  const waiting: Socket[][] = Array.from({ length: turns }, () => []);
  let turn = 0;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;

  const takeTurn = (): void => {
    turn = (turn + 1) % turns;
    const due = waiting[turn] ?? [];
    waiting[turn] = [];
    count -= due.length;
    for (const socket of due) socket.resume();
    if (count > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  const wait = (socket: Socket, waitMs: number): void => {
    const last = Math.floor(waitMs / turnMs);
    let chosen: Socket[] | undefined;
    for (let back = 0; back < Math.min(choices, last); back += 1) {
      const other = waiting[(turn + last - back) % turns] ?? [];
      if (chosen === undefined || other.length < chosen.length) chosen = other;
    }
    chosen?.push(socket);
    count += 1;
    timer ??= setInterval(takeTurn, turnMs).unref();
  };

  return {
    join() {
      let waitMs = shortestWaitMs;
      return {
        readLater(socket) {
          wait(socket, waitMs);
          waitMs = Math.min(longestWaitMs, waitMs * 2);
        },
        restart() {
          waitMs = shortestWaitMs;
        },
      };
    },
  };
}
