import { findSound, loudness, partOf, type Recording } from './recording.ts';

const windowMs = 40;
const stepMs = 5;
/** Of random chirps few 40 ms are so alike, and never several in a row. */
const alike = 0.75;
/** The next windows follow on, give or take what a jitter buffer stretches. */
const stretchMs = 6;
/** Of what was said, so loud is what is heard at least; else it is the silence before it. */
const audible = 0.25;
/** What is heard was said at most so long before. */
const longestDelayMs = 1_200;

/** The first of what somebody said that a listener heard. */
export interface FirstHeard {
  saidAtMs: number;
  heardAtMs: number;
}

/** Finds the first part of `heard` that is a part of `said`, to 5 ms. Undefined when there is none. `said` must
 * begin where the microphone was opened: nothing from before can be heard. */
export function firstHeard(said: Recording, heard: Recording): FirstHeard | undefined {
  const endMs = heard.startMs + heard.samples.length / 8 - windowMs;
  const find = (atMs: number) =>
    findSound(partOf(heard, atMs, windowMs), partOf(said, atMs - longestDelayMs, longestDelayMs + windowMs));
  for (let atMs = heard.startMs; atMs <= endMs; atMs += stepMs) {
    const match = find(atMs);
    if (match === undefined || match.score < alike) continue;
    const following = [15, 30, 45].filter((laterMs) => {
      const later = find(atMs + laterMs);
      return (
        later !== undefined &&
        later.score >= alike &&
        Math.abs(later.atMs - match.atMs - laterMs) <= stretchMs
      );
    });
    if (following.length < 2) continue;
    // The window may begin in the silence before the sound.
    for (let into = 0; into < windowMs; into += stepMs) {
      const wanted = loudness(partOf(said, match.atMs + into, stepMs));
      if (loudness(partOf(heard, atMs + into, stepMs)) >= wanted * audible) {
        return { saidAtMs: match.atMs + into, heardAtMs: atMs + into };
      }
    }
  }
  return undefined;
}
