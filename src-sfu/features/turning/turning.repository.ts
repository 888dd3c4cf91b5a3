import type { Preset } from '../../../src-shared/turning/turning.protocol.ts';
import type { EndedMove } from '../../../src-shared/turning/turningMachine.ts';

/** A preset as it is kept. */
export interface StoredPreset extends Preset {
  cameraId: string;
  /** The address of the camera at that time; left out for what is older than the keeping of it. */
  url?: string;
  /** A view that the camera had by itself: listed, or taken from the list. Left out: somebody saved it here. */
  origin?: 'taken_up' | 'hidden';
}

/** A camera that a desk had when the hub ended. */
export interface StoredHold {
  cameraId: string;
  /** How it is reached, which the registry may have changed since. */
  url: string;
  heldBy: string;
  /** Since when it moved; undefined when it stood still. */
  movingSinceMs: number | undefined;
  /** Which way, as the desk moved it. */
  motion: object | undefined;
  principal: object | null;
}

/** Who stood behind it; null where nobody is known. */
type Who = object | null;

/** What is kept of turning. What resolved is durable. */
export interface TurningRepository {
  presets(): Promise<StoredPreset[]>;
  savePreset(cameraId: string, preset: Preset, actor: string, atMs: number, url?: string): Promise<void>;
  /** Keeps a view that the camera had already; the audit log says that the hub did it by itself. */
  takeUpPreset(cameraId: string, preset: Preset, atMs: number, url?: string): Promise<void>;
  /** Takes a view from the list that the camera had by itself, and still has. */
  hidePreset(cameraId: string, preset: Preset, actor: string, atMs: number): Promise<void>;
  /** Lists a view again that was taken from the list. */
  relistPreset(cameraId: string, preset: Preset, actor: string, atMs: number): Promise<void>;
  /** Forgets a view that the camera had by itself and has no more; the audit log says that the hub did it by itself. */
  dropPreset(cameraId: string, preset: Preset, atMs: number): Promise<void>;
  deletePreset(cameraId: string, preset: Preset, actor: string, atMs: number): Promise<void>;
  holds(): Promise<StoredHold[]>;
  /** Kept before the camera first moves, so that a hub that starts again knows what it must stop. */
  hold(hold: Omit<StoredHold, 'movingSinceMs' | 'motion'>): Promise<void>;
  moves(cameraId: string, movingSinceMs: number, motion: object): Promise<void>;
  /** Writes the entry of the move in the audit log. */
  moved(cameraId: string, move: EndedMove, principal: Who): Promise<void>;
  /** Writes that the camera was sent to a preset. */
  wentTo(
    cameraId: string,
    preset: Preset,
    by: { actor: string; principal: Who },
    atMs: number,
  ): Promise<void>;
  /** Whether its view was moved within a time. Unix milliseconds of the hub's own clock. */
  turnedBetween(cameraId: string, fromMs: number, toMs: number): Promise<boolean>;
  free(cameraId: string): Promise<void>;
  tookOver(cameraId: string, from: string, actor: string, atMs: number): Promise<void>;
}
