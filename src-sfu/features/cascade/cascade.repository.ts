import type { SharedSet, UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { ViewHours } from '../../../src-shared/cascade/viewHours.ts';

/** An upper platform as it is kept. */
export interface UpperRecord {
  upperId: string;
  settings: UpperSettings;
  /** Undefined when it cannot be read any more: it was sealed with another key. */
  password: string | undefined;
  shared: SharedSet;
}

/** An id of 20 digits that a camera or the folder of a district has for ever. */
export interface GivenId {
  kind: 'camera' | 'district';
  /** A camera's id, or a district's name. */
  subject: string;
  gbId: string;
}

/** A recorder was at this address. */
export interface SeenPlace {
  recorderId: string;
  address: string;
}

/** What keeps upper platforms from watching a camera. */
export interface CameraLimit {
  isShut: boolean;
  hours: ViewHours | null;
}

/** A line of the audit log: what was done by whom. */
export interface CascadeDeed {
  action: `cascade:${string}`;
  actor: string;
  atMs: number;
  detail: object;
}

/** Where upper platforms are kept. What resolved is durable. */
export interface CascadeRepository {
  platforms(): Promise<UpperRecord[]>;
  ids(): Promise<GivenId[]>;
  limits(): Promise<(CameraLimit & { cameraId: string })[]>;
  /** Adds it, or takes the place of what is kept under this id. */
  save(record: UpperRecord & { password: string }, deed: CascadeDeed): Promise<void>;
  /** Leaves the password as it is. */
  change(record: Omit<UpperRecord, 'password'>, deed: CascadeDeed): Promise<void>;
  remove(upperId: string, deed: CascadeDeed): Promise<void>;
  /** Addresses of upper platforms at which recorders were seen. */
  seenPlaces(): Promise<SeenPlace[]>;
  addSeenPlace(place: SeenPlace): Promise<void>;
  addIds(ids: readonly GivenId[]): Promise<void>;
  limit(cameraId: string, limit: CameraLimit, deed: CascadeDeed): Promise<void>;
}
