import type { Page } from 'playwright';

/**
 * What lies over the pictures of a page, as `tile: class of what covers it`: each picture that is shown is tried at its
 * corners, along its edges and within, at 81 points. Empty when every picture can be seen whole, and none is cut off.
 */
export function coveredPictures(page: Page, within = 'body'): Promise<string[]> {
  return page.evaluate((room) => {
    const found = new Set<string>();
    for (const picture of document.querySelectorAll(`${room} .tile-picture`)) {
      const isVideo = picture instanceof HTMLVideoElement;
      const width = isVideo ? picture.videoWidth : (picture as HTMLCanvasElement).width;
      const height = isVideo ? picture.videoHeight : (picture as HTMLCanvasElement).height;
      const style = getComputedStyle(picture);
      if (width === 0 || style.visibility === 'hidden') continue;
      const name =
        picture.closest('[data-tile-id], [data-large-camera]')?.getAttribute('data-tile-id') ?? 'large';
      if (style.objectFit !== 'contain') found.add(`${name}: cut off by object-fit ${style.objectFit}`);
      const box = picture.getBoundingClientRect();
      const scale = Math.min(box.width / width, box.height / height);
      const left = box.left + (box.width - width * scale) / 2;
      const top = box.top + (box.height - height * scale) / 2;
      const inset = 1;
      for (let across = 0; across <= 8; across += 1) {
        for (let down = 0; down <= 8; down += 1) {
          const x = left + inset + ((width * scale - 2 * inset) * across) / 8;
          const y = top + inset + ((height * scale - 2 * inset) * down) / 8;
          for (const above of document.elementsFromPoint(x, y)) {
            if (above.classList.contains('tile-picture')) break;
            found.add(`${name}: ${above.getAttribute('class') ?? above.tagName}`);
            break;
          }
          if (!document.elementsFromPoint(x, y).includes(picture)) found.add(`${name}: cut off`);
        }
      }
    }
    return [...found];
  }, within);
}
