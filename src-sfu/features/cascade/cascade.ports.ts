import type { UpperStanding, UpperView } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { Motion } from '../../../src-shared/turning/motion.ts';
import type { UpperRecord } from './cascade.repository.ts';

/** A camera of the registry, as far as it matters who above may have it. */
export interface SharedCandidate {
  cameraId: string;
  /** Site and camera. */
  name: string;
  district: string;
  /** The address of its main stream. */
  url: string;
}

/** The registry as upper platforms need it. */
export interface CascadeCameras {
  all(): readonly SharedCandidate[];
  isOnline(cameraId: string): boolean;
  /** Whether a camera of this address can be turned. */
  canTurn(url: string): boolean;
}

/** One item of the list that an upper platform is given. */
export interface UpperItem {
  gbId: string;
  /** The folder of the item, for a folder its business group, for the group this hub's own id. */
  parentId: string;
  /** The business group in which the item is; the group itself is in none. */
  groupId?: string;
  name: string;
  /** Left out for a folder and a group. */
  camera?: { cameraId: string; isOn: boolean; canTurn: boolean };
}

/** Whether an upper platform may watch what it names. `unknown`: as if there were no such camera. */
export type ViewVerdict = { verdict: 'may'; cameraId: string } | { verdict: 'unknown' } | { verdict: 'shut' };

/** What the connections to upper platforms ask before they give anything away. */
export interface UpperRights {
  /** The business group, then folders, then cameras: each after what it is in. */
  items(upperId: string): readonly UpperItem[];
  mayView(upperId: string, gbId: string): ViewVerdict;
}

/** The connections to upper platforms. */
export interface UpperLinks {
  /** From now on exactly these are connected. One whose settings or password changed signs off and on again. */
  connect(records: readonly UpperRecord[]): void;
  standing(upperId: string): UpperStanding;
  views(upperId: string): UpperView[];
  /** Ends views at once; how many there were. */
  endViews(isMeant: (view: { upperId: string; cameraId: string }) => boolean): number;
  /** What an upper platform has may have changed: who subscribed is notified. */
  listChanged(): void;
}

/** Turns a camera for an upper platform. */
export interface UpperTurning {
  /** At rest: stops. False: somebody else turns it, or it cannot be turned. */
  turn(upper: { upperId: string; name: string }, cameraId: string, motion: Motion): Promise<boolean>;
  /** Goes to a view that the camera remembers; what the platform moved there stops. False: somebody else turns it. */
  goToPreset(upper: { upperId: string; name: string }, cameraId: string, number: number): Promise<boolean>;
  /** The platform is gone: whatever it moved stops. */
  left(upperId: string): void;
}
