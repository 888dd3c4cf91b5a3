/** Where a camera had its picture from before a channel of a recorder or an ONVIF device became its source. */
export interface FormerSource {
  main: string;
  sub?: string | undefined;
  username?: string | undefined;
  /** Undefined also where it was not usable any more. */
  password?: string | undefined;
}

/** Former sources of cameras, sealed. What resolved is durable. */
export interface FormerSourcesRepository {
  /** Whose former source is kept. */
  cameraIds(): Promise<ReadonlySet<string>>;
  /** Undefined where none is kept, or where it cannot be read any more. */
  find(cameraId: string): Promise<FormerSource | undefined>;
  save(sources: ReadonlyMap<string, FormerSource>, actor: string, atMs: number): Promise<void>;
  /** Forgets what was kept before a moment of cameras for which nothing can be given back any more. */
  forget(isNeeded: (cameraId: string) => boolean, beforeMs: number): Promise<void>;
  /** The camera has it again: it is forgotten here, and written down who took the channel back. */
  released(cameraId: string, actor: string, atMs: number): Promise<void>;
}
