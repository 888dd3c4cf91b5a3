/**
 * The library that decodes and encodes pictures. It is loaded at the first picture and not at the hub's start, because of the 18 MB of
 * libvips below it, on which nothing else waits.
 */
export async function pictureLibrary() {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  // Pictures are checked a few at a time; each must not take every core from the media.
  sharp.concurrency(1);
  return sharp;
}
