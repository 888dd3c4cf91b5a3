/** The hub cannot start. The message says why and what to do. */
export class StartError extends Error {
  override name = 'StartError';
  /** Of the system's error behind it, where there is one, such as `EADDRINUSE`. */
  readonly code: string | undefined;
  /** Another start would end the same way: the settings, or what they name, are wrong. */
  readonly isLasting: boolean;

  constructor(
    message: string,
    { code, isLasting = false }: { code?: string | undefined; isLasting?: boolean } = {},
  ) {
    super(message);
    this.code = code;
    this.isLasting = isLasting;
  }
}

/** Throws what a server said that could not listen: for a port that is taken, what to do. `setting` names the port's. */
export function portProblem(port: number, setting = 'MINGCHU_PORT') {
  return (error: NodeJS.ErrnoException): never => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new StartError(
      `Port ${port} is taken: perhaps a hub is running already. Stop it, or set ${setting} to another port.`,
    );
  };
}
