/** The head of a YUV4MPEG2 file: pictures as they are, so that whoever reads them need not decode. */
export function y4mHead({
  width,
  height,
  framesPerSecond,
}: {
  width: number;
  height: number;
  framesPerSecond: number;
}): Buffer {
  return Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`, 'ascii');
}

/** One picture of the file from RGBA pixels (BT.601, limited range, 4:2:0). Both sides must be even. */
export function y4mFrame(pixels: Uint8Array, width: number, height: number): Buffer {
  const head = Buffer.from('FRAME\n', 'ascii');
  const frame = Buffer.alloc(head.length + (width * height * 3) / 2);
  head.copy(frame);
  const blueAt = head.length + width * height;
  const redAt = blueAt + (width * height) / 4;
  const value = (index: number): number => pixels[index] ?? 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const luma = 16 + 0.257 * value(at) + 0.504 * value(at + 1) + 0.098 * value(at + 2);
      frame[head.length + y * width + x] = luma;
    }
  }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [red, green, blue] = [0, 0, 0];
      for (const [right, down] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const at = ((y + down) * width + x + right) * 4;
        red += value(at) / 4;
        green += value(at + 1) / 4;
        blue += value(at + 2) / 4;
      }
      const at = (y / 2) * (width / 2) + x / 2;
      frame[blueAt + at] = 128 - 0.148 * red - 0.291 * green + 0.439 * blue;
      frame[redAt + at] = 128 + 0.439 * red - 0.368 * green - 0.071 * blue;
    }
  }
  return frame;
}
