import { dropVideo } from '../../media/liveVideo.ts';

/** Where a picture is shown. */
export interface PicturePlace {
  element: HTMLElement;
  onPicture: (isThere: boolean, takenAtMs?: number) => void;
  /** What was put into it last; a picture that is drawn later than a newer one is left out. */
  newest?: HTMLElement;
}

/** Puts a picture into a place. It takes the place of the one before as soon as it is drawn, so that no empty box is ever shown. */
export function fillPlace(
  place: PicturePlace,
  picture: HTMLImageElement | HTMLVideoElement,
  /** When an old still was taken. */
  takenAtMs?: number,
): void {
  const { element } = place;
  for (const waiting of element.querySelectorAll('[data-waiting]')) dropPicture(waiting);
  place.newest = picture;
  picture.dataset.waiting = 'true';
  element.append(picture);
  void isDrawn(picture).then((drawn) => {
    if (!drawn || place.newest !== picture) return;
    delete picture.dataset.waiting;
    for (const before of [...element.children]) if (before !== picture) dropPicture(before);
    place.onPicture(true, takenAtMs);
  });
}

/** Takes away whatever is in a place. */
export function emptyPlace(place: PicturePlace): void {
  delete place.newest;
  for (const picture of [...place.element.children]) dropPicture(picture);
}

function dropPicture(picture: Element): void {
  if (picture instanceof HTMLVideoElement) dropVideo(picture);
  else picture.remove();
}

/** Whether a picture can be seen: resolves when its first one is there, or when a still cannot be read. */
function isDrawn(picture: HTMLImageElement | HTMLVideoElement): Promise<boolean> {
  if (picture instanceof HTMLImageElement) {
    return picture.decode().then(
      () => true,
      () => false,
    );
  }
  return new Promise((resolve) => picture.requestVideoFrameCallback(() => resolve(true)));
}
