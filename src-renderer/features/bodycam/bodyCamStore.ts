import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NoticeOf } from '../../../src-shared/protocol/index.ts';
import type { BodyCamDescription } from '../../../src-shared/squads/squads.protocol.ts';

/** The state of the body cam on this phone. */
export type CameraState = 'off' | 'asking' | 'starting' | 'live' | 'denied' | 'missing' | 'lost' | 'taken';

/** The body cam of a phone, as this phone knows it. */
export interface BodyCamState {
  camera: CameraState;
  /** The request of a desk for the picture, while it stands. */
  ask: NoticeOf<'bodycam:asked'> | undefined;
  /** Since when the hub has received no picture of a body cam that is live; undefined while pictures arrive. */
  stalledSinceMs: number | undefined;
}

export type BodyCamStore = StoreApi<BodyCamState>;

/** The store of a phone whose body cam is off. */
export function createBodyCamStore(): BodyCamStore {
  return createStore<BodyCamState>(() => ({ camera: 'off', ask: undefined, stalledSinceMs: undefined }));
}

/** Whether the member, or the command centre with the member's consent, wants the picture sent, also while it cannot be sent. */
export function isCameraOn(camera: CameraState): boolean {
  return camera !== 'off' && camera !== 'denied';
}

/** The request of a desk for the picture, while it stands. */
export function askOf({
  state,
  askId,
  askedBy = '',
  expiresAtMs,
  isAutomatic = false,
}: BodyCamDescription): BodyCamState['ask'] {
  if (state !== 'asked' || askId === undefined || expiresAtMs === undefined) return undefined;
  return { askId, by: askedBy, expiresAtMs, automatic: isAutomatic };
}
