import type { BrowserContext, Page } from 'playwright';

/** A picture as it was seen; Unix milliseconds of this machine. */
export interface SeenPicture {
  /** When the browser handed it to the screen. */
  seenAtMs: number;
  /** When the phone drew it; undefined where the clock in it could not be read. */
  drawnAtMs: number | undefined;
}

/**
 * The clock along the upper edge of the picture, in black and white cells: guard 1 0 1, 16 bits of Unix milliseconds (the
 * most significant first), 6 bits of checksum, guard 0 1. Cells are wide enough to be read from a quarter of the picture.
 */
const clock = { cells: 27, timeBits: 16, checkBits: 6, left: 0.02, width: 0.96, height: 0.1 };

/**
 * Gives the phone's pages a camera of 1280×720 at 25 pictures a second with the time drawn into each one, in place of
 * the browser's own; the microphone stays. `window.clockCamera.isHeld` stops its pictures. What a real camera needs from
 * light to picture is not part of it.
 */
export async function giveClockCamera(context: BrowserContext): Promise<void> {
  await context.addInitScript(installClockCamera, clock);
}

/** Runs in the phone's page. */
function installClockCamera({ cells, timeBits, checkBits, left, width, height }: typeof clock): void {
  // Only pages that came over HTTPS have devices.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return;
  const state = (window.clockCamera = { isHeld: false });
  const openReal = devices.getUserMedia.bind(devices);
  const bitsOf = (value: number, count: number): boolean[] =>
    Array.from({ length: count }, (_unused, at) => ((value >> (count - 1 - at)) & 1) === 1);
  devices.getUserMedia = async (wanted) => {
    if (wanted?.video === undefined || wanted.video === false) return openReal(wanted);
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const pen = canvas.getContext('2d', { alpha: false });
    if (pen === null) throw new DOMException('no canvas', 'NotReadableError');
    let drawn = 0;
    const draw = (): void => {
      if (state.isHeld) return;
      drawn += 1;
      // Something moves, as somebody who walks with a camera sees it.
      pen.fillStyle = '#5a6a72';
      pen.fillRect(0, 0, 1280, 720);
      for (let post = 0; post < 12; post += 1) {
        pen.fillStyle = `hsl(${post * 30} 35% ${30 + (post % 4) * 10}%)`;
        pen.fillRect(((post * 131 + drawn * 5) % 1500) - 120, 120 + (post % 3) * 90, 90, 420);
      }
      const time = Date.now() & ((1 << timeBits) - 1);
      const check = (time ^ (time >> 6) ^ (time >> 12) ^ 0b101010) & ((1 << checkBits) - 1);
      const bits = [true, false, true, ...bitsOf(time, timeBits), ...bitsOf(check, checkBits), false, true];
      pen.fillStyle = '#000';
      pen.fillRect(0, 0, 1280, height * 720 * 1.2);
      pen.fillStyle = '#fff';
      for (const [at, isWhite] of bits.entries()) {
        const cell = (width * 1280) / cells;
        if (isWhite) pen.fillRect(left * 1280 + at * cell, 0, cell, height * 720);
      }
    };
    draw();
    const stream = canvas.captureStream();
    const [track] = stream.getVideoTracks();
    const timer = setInterval(draw, 40);
    const stop = track?.stop.bind(track);
    if (track !== undefined)
      track.stop = () => {
        clearInterval(timer);
        stop?.();
      };
    return stream;
  };
}

/** Stops the phone's pictures, or lets them go on. */
export async function holdClockCamera(phone: Page, isHeld: boolean): Promise<void> {
  await phone.evaluate((held) => {
    if (window.clockCamera !== undefined) window.clockCamera.isHeld = held;
  }, isHeld);
}

/** Keeps every picture that a camera's videos present on this page from now on; asked again, it forgets those before. */
export async function recordPictures(page: Page, cameraId: string): Promise<void> {
  await page.evaluate(recordClockPictures, { ...clock, cameraId });
}

/** Runs in the page of a wall or desk. */
function recordClockPictures({
  cameraId,
  cells,
  timeBits,
  checkBits,
  left,
  width,
  height,
}: typeof clock & { cameraId: string }): void {
  if (window.seenPictures !== undefined) {
    window.seenPictures.length = 0;
    return;
  }
  const seen: SeenPicture[] = (window.seenPictures = []);
  const followed = new WeakSet<HTMLVideoElement>();
  const columns = cells * 8;
  const context = new OffscreenCanvas(columns, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser cannot read pictures');
  const readClock = (video: HTMLVideoElement): number | undefined => {
    const { videoWidth, videoHeight } = video;
    const middle = (height / 2) * videoHeight;
    context.drawImage(video, left * videoWidth, middle - 1, width * videoWidth, 2, 0, 0, columns, 1);
    const { data } = context.getImageData(0, 0, columns, 1);
    const levels = Array.from({ length: cells }, (_unused, cell) => {
      const from = cell * 8;
      return [3, 4].reduce((sum, column) => sum + (data[(from + column) * 4 + 1] ?? 0), 0) / 2;
    });
    const bits = levels.map((level) => (level > 127 ? 1 : 0));
    const valueOf = (from: number, count: number): number =>
      bits.slice(from, from + count).reduce((value: number, bit) => value * 2 + bit, 0);
    const time = valueOf(3, timeBits);
    const check = (time ^ (time >> 6) ^ (time >> 12) ^ 0b101010) & ((1 << checkBits) - 1);
    const isClock = valueOf(0, 3) === 0b101 && valueOf(cells - 2, 2) === 0b01;
    return isClock && valueOf(3 + timeBits, checkBits) === check ? time : undefined;
  };
  const follow = (video: HTMLVideoElement): void => {
    video.requestVideoFrameCallback(() => {
      const seenAtMs = Date.now();
      const time = readClock(video);
      const loop = 1 << timeBits;
      const drawnAtMs =
        time === undefined ? undefined : seenAtMs - ((((seenAtMs - time) % loop) + loop) % loop);
      seen.push({ seenAtMs, drawnAtMs });
      follow(video);
    });
  };
  setInterval(() => {
    for (const video of document.querySelectorAll<HTMLVideoElement>(`video[data-camera-id="${cameraId}"]`)) {
      if (video.srcObject === null || followed.has(video)) continue;
      followed.add(video);
      follow(video);
    }
  }, 10);
}

/** The pictures seen on a page so far, from the one at `from` on. */
export function seenPictures(page: Page, from = 0): Promise<SeenPicture[]> {
  return page.evaluate((index) => (window.seenPictures ?? []).slice(index), from);
}

/**
 * When the page first showed a picture drawn at `sinceMs` or later and then another one: what is shown is of now and
 * advances.
 */
export function advancingAtMs(seen: readonly SeenPicture[], sinceMs: number): number | undefined {
  const current = seen.filter(({ drawnAtMs }) => drawnAtMs !== undefined && drawnAtMs >= sinceMs);
  return current.find(({ drawnAtMs }) => drawnAtMs !== current[0]?.drawnAtMs)?.seenAtMs;
}

declare global {
  interface Window {
    clockCamera?: { isHeld: boolean };
    seenPictures?: SeenPicture[];
  }
}
