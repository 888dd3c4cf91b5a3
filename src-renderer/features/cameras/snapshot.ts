/** What is written into a snapshot. */
export interface SnapshotWords {
  /** Site and camera. */
  title: string;
  /** District and address. */
  place: string;
  /** Date and time of the picture, and that it is live, or that it is not. */
  time: string;
  /** The picture is not live: the time stands out. */
  stale: boolean;
}

/** Height of the strip of words, in parts of the picture's height; enough for two lines to be read. */
const stripShare = 0.11;

/** Draws a picture with a strip of words below it, so that nothing of the picture is covered. */
export function composeSnapshot(
  picture: { source: CanvasImageSource; width: number; height: number },
  words: SnapshotWords,
  font: string,
): HTMLCanvasElement {
  const { source, width, height } = picture;
  const strip = Math.max(40, Math.round(height * stripShare));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height + strip;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('This browser gives no canvas to draw into.');
  context.drawImage(source, 0, 0, width, height);
  context.fillStyle = '#0c0e10';
  context.fillRect(0, height, width, strip);
  const line = strip / 2;
  const margin = Math.round(line * 0.4);
  const write = (text: string, row: number, colour: string, align: 'left' | 'right', most: number): void => {
    context.fillStyle = colour;
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.font = `${Math.round(line * 0.62)}px ${font}`;
    const x = align === 'left' ? margin : width - margin;
    context.fillText(text, x, height + line * (row + 0.5), most);
  };
  write(words.title, 0, '#e4e7ea', 'left', width - 2 * margin);
  write(words.place, 1, '#8d969e', 'left', width * 0.45);
  write(words.time, 1, words.stale ? '#e3a32f' : '#e4e7ea', 'right', width * 0.48);
  return canvas;
}

/** A name for a file that every system takes. */
export function snapshotFileName(site: string, camera: string, stamp: string): string {
  const plain = `${site}-${camera}-${stamp}`.replace(/[\\/:*?"<>|\s\p{C}]+/gu, '_');
  return `${plain.slice(0, 120)}.png`;
}

/** `2026-11-22 14:03:22` in this machine's time zone, the same in every language. */
export function fullTime(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}

/** Gives a file to whoever sits before the browser. */
export function saveBlob(blob: Blob, fileName: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The download has its own hold on the data once it began.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The canvas as a PNG file. */
export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The picture could not be written as PNG.'));
      else resolve(blob);
    }, 'image/png');
  });
}
