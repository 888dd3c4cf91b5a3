import type { Page } from 'playwright';
import { mapColours } from '../../src-renderer/features/map/mapColours.ts';

/** A place on the map; WGS-84 degrees, as the map without an operator's own draws them. */
export interface Place {
  longitude: number;
  latitude: number;
}

/**
 * When the marker of a moving point first stands at a place of the page's map, Unix milliseconds: the middle of all
 * pixels around it that have the marker's own colour, which no trail and no name has. A map with one point. Rejects when
 * it does not within `timeoutMs`.
 */
export async function markerDrawnAtMs(page: Page, place: Place, timeoutMs: number): Promise<number> {
  const drawnAtMs = await page.evaluate(awaitMarker, { ...place, colour: mapColours.point, timeoutMs });
  if (drawnAtMs === undefined) {
    throw new Error(`no marker stood at ${place.longitude}, ${place.latitude} within ${timeoutMs} ms`);
  }
  return drawnAtMs;
}

/** Runs in the page: reads the map's sheet of points after each of the browser's pictures. */
function awaitMarker({
  longitude,
  latitude,
  colour,
  timeoutMs,
}: Place & { colour: string; timeoutMs: number }): Promise<number | undefined> {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const endMs = performance.now() + timeoutMs;
  // What is left of a glide is not drawn when it is less than this (pointsSheet.ts), and pixels are whole.
  const nearPx = 1.5;
  // Web Mercator as the map projects it: the world is 512 pixels wide at zoom 0.
  const mercator = (at: { longitude: number; latitude: number }, world: number): { x: number; y: number } => {
    const sine = Math.sin((at.latitude * Math.PI) / 180);
    return {
      x: (at.longitude / 360 + 0.5) * world,
      y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world,
    };
  };
  const isDrawn = (): boolean => {
    const sheet = document.querySelector<HTMLCanvasElement>('canvas.map-points');
    const view = window.mingchuProbe?.map();
    const pen = sheet?.getContext('2d');
    if (sheet === null || view === undefined || !pen) return false;
    const world = 512 * 2 ** view.zoom;
    const [middleLongitude, middleLatitude] = view.center;
    const middle = mercator({ longitude: middleLongitude, latitude: middleLatitude }, world);
    const at = mercator({ longitude, latitude }, world);
    const ratio = sheet.width / sheet.clientWidth;
    // A window larger than the marker and its step: while it is on its way there, its middle is elsewhere.
    const reach = 40;
    const x = (sheet.clientWidth / 2 + at.x - middle.x) * ratio;
    const y = (sheet.clientHeight / 2 + at.y - middle.y) * ratio;
    const [left, top] = [Math.round(x) - reach, Math.round(y) - reach];
    const { data } = pen.getImageData(left, top, 2 * reach, 2 * reach);
    let pixels = 0;
    let [sumX, sumY] = [0, 0];
    for (let pixel = 0; pixel < 4 * reach * reach; pixel += 1) {
      const isMarker =
        (data[pixel * 4 + 3] ?? 0) > 250 &&
        wanted.every((part, index) => Math.abs(part - (data[pixel * 4 + index] ?? 0)) <= 4);
      if (!isMarker) continue;
      pixels += 1;
      sumX += left + 0.5 + (pixel % (2 * reach));
      sumY += top + 0.5 + Math.floor(pixel / (2 * reach));
    }
    return pixels > 0 && Math.hypot(sumX / pixels - x, sumY / pixels - y) < nearPx;
  };
  return new Promise((resolve) => {
    const look = (): void => {
      if (isDrawn()) resolve(Date.now());
      else if (performance.now() > endMs) resolve(undefined);
      else requestAnimationFrame(look);
    };
    look();
  });
}
