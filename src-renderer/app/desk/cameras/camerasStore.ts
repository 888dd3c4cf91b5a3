import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SoundState } from '../../../media/sound.ts';

/** What the cameras' feature shows only on this desk. Which camera is large is in the desk's own state, because every feature reads it. */
export interface CamerasState {
  /** The sound of the large camera. */
  sound: SoundState;
  /** The palette over everything; with `onPicked` it picks a camera for somebody. */
  palette: { onPicked: ((cameraId: string) => void) | undefined } | undefined;
}

export type CamerasStore = StoreApi<CamerasState>;

/** The store of a desk that has just been opened. */
export const createCamerasStore = (): CamerasStore =>
  createStore<CamerasState>(() => ({ sound: 'off', palette: undefined }));
