/** A source of numbers in [0, 1) that gives the same row for the same seed (mulberry32). */
export type RandomSource = () => number;

/** Makes a source of numbers from a seed; the simulated city and its pictures must come out alike every time. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
