import type { Motion } from '../../../src-shared/turning/motion.ts';
import type { cannotTurnCauses } from '../../../src-shared/turning/turning.protocol.ts';

/** A view that a camera remembers under a word of its own. */
export interface OwnView {
  token: string;
  /** As somebody named it at the camera; empty where nobody did. */
  name: string;
  /** The number that goes to it already; left out: it has none. */
  number?: number;
}

/** Views that a camera knows by words and not by numbers, such as those of ONVIF. */
export interface OwnViews {
  /** All of them, in the order of the camera; undefined where it does not say them. */
  list(): Promise<OwnView[] | undefined>;
  /** Whether a view of the camera has this number, also one that was given to it as another camera of the registry. */
  hasNumber(number: number): boolean;
  /** From now on this number goes to the view. Resolves when it is kept. */
  giveNumber(number: number, token: string): Promise<void>;
  /** The view of this number is not there any more. Resolves when it is forgotten. */
  dropNumber(number: number): Promise<void>;
}

/** What a camera that turns understands, in whatever its protocol is. Each resolves with whether the camera has confirmed it. */
export interface TurnHead {
  /** Its focus cannot be set from here; left out: it can, as far as is known. */
  hasNoFocus?: true;
  /** Sent once: what is lost is made good by the next word of the desk. */
  drive(motion: Motion): void;
  /** Ends every motion, also of the focus. Sent again until it is confirmed, or until `signal` says that the camera is to move again. */
  stop(signal: AbortSignal): Promise<boolean>;
  /** Which numbers the camera itself uses, also by others than the hub; undefined where it does not say it in whole. Left out: its numbers are the hub's alone. */
  usedPresets?(): Promise<ReadonlySet<number> | undefined>;
  /** Left out: its views have numbers, or cannot be asked for. */
  ownViews?: OwnViews;
  goToPreset(number: number): Promise<boolean>;
  setPreset(number: number): Promise<boolean>;
  deletePreset(number: number): Promise<boolean>;
}

/** Finds how a camera is turned, by its address, such as `gb28181://…` or `onvif://…`. */
export interface TurnHeads {
  /** Undefined: it cannot be turned. */
  headOf(url: string): TurnHead | undefined;
  /** Why cameras of this address cannot be turned now. */
  whyNot(url: string): (typeof cannotTurnCauses)[number] | undefined;
}

/** What turning asks of the registry. */
export interface TurnedCameras {
  camera(cameraId: string): { urls: { main: string } } | undefined;
}
