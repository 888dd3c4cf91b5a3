import type { ReleasedMedia } from '../../../src-shared/showcase/showcase.protocol.ts';

/**
 * Where pictures and voices come from. Each function shows or plays until the function that it answers is called. A kitchen is shown
 * softened or not at all: `onPicture` says whether there is a picture, and a drawing stands in its place otherwise.
 */
export interface ShowcasePictures {
  showKitchen(
    kitchenId: string,
    place: HTMLElement,
    /** `takenAtMs`: when an old still was taken, by the server's clock; left out for what is of this moment. */
    onPicture: (isThere: boolean, takenAtMs?: number) => void,
  ): () => void;
  /** The softened body-worn camera of a released case; `onPicture` says whether its pictures advance. */
  showBodyCam(media: ReleasedMedia, place: HTMLElement, onPicture: (isThere: boolean) => void): () => void;
  playVoice(media: ReleasedMedia): () => void;
}

/** Nothing is shown and nothing is heard: for a preview, and where there is no connection for media. */
export const noPictures: ShowcasePictures = {
  showKitchen: () => () => undefined,
  showBodyCam: () => () => undefined,
  playVoice: () => () => undefined,
};
