/** Bytes of a page: room for about five packets of the largest size. */
export const pageBytes = 8 * 1024;
const slabPages = 32;

/**
 * Pages nobody uses. What streams keep grows and ends at different moments, so that together they need half of what each
 * needs at its end.
 */
const freePages: Buffer[] = [];

/** A page of `pageBytes` with any content; it is to be given back. */
export function takePage(): Buffer {
  const page = freePages.pop();
  if (page !== undefined) return page;
  // allocUnsafeSlow keeps a long-lived buffer out of Node's shared pool.
  const slab = Buffer.allocUnsafeSlow(slabPages * pageBytes);
  for (let at = pageBytes; at < slab.length; at += pageBytes)
    freePages.push(slab.subarray(at, at + pageBytes));
  return slab.subarray(0, pageBytes);
}

/** Gives pages back. Whoever did must not use them any more. */
export function givePages(pages: readonly Buffer[]): void {
  for (const page of pages) freePages.push(page);
}
