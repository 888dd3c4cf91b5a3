/** A process that was started through `fork` or with a channel, to do one piece of work. */
export interface WorkProcess {
  /** The work is over: the process ends as soon as nothing of it is under way. */
  done(exitCode: number): void;
}

/**
 * Until the work is done, this process ends with the one that asked for it. It never calls `process.exit`: right after hard
 * work that can wait for ever, for a compiler thread that waits for a collection of garbage nobody makes any more (seen
 * with Node 24.21).
 */
export function startWorkProcess(): WorkProcess {
  const abandoned = (): void => void process.kill(process.pid, 'SIGKILL');
  process.on('disconnect', abandoned);
  return {
    done(exitCode) {
      process.exitCode = exitCode;
      process.off('disconnect', abandoned);
      if (process.connected) process.disconnect();
    },
  };
}
