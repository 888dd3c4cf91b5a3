import { findSound, lengthMs, loudness, partOf, type Recording } from './recording.ts';
import { likeness, spectrumOf } from './spectrum.ts';

const windowMs = 40;
const stepMs = 5;
/** Of random chirps few 40 ms are so alike, and never several in a row. */
const alike = 0.75;
/** The next windows follow on, give or take what a jitter buffer stretches. */
const stretchMs = 6;
/** What is heard was said at most so long before. */
const longestDelayMs = 1_200;
/** A coder that begins after a silence keeps the pitches and not the wave, for some 60 ms: these are so alike at least. */
const alikePitches = 0.65;
/** A jitter buffer that begins stretches more. */
const beginStretchMs = 20;
/** A gap so long within what is heard is one packet that was lost; before a longer one it has not begun. */
const longestGapMs = 20;
/** Of what was said, so loud is what is heard at least; else it is the silence before it. */
const audible = 0.25;
/** A window that is partly silence is alike to many places: no part of it so long is. */
const soundingMs = 10;

/** The first of what somebody said that a listener heard. */
export interface FirstHeard {
  saidAtMs: number;
  heardAtMs: number;
}

/**
 * Finds the first part of `heard` that is a part of `said`, to 5 ms. Undefined when there is none. `said` must begin
 * where the microphone was opened: nothing from before can be heard. First comes a place where the waves agree, which no
 * other place does; from there it goes back for as long as the pitches do.
 */
export function firstHeard(said: Recording, heard: Recording): FirstHeard | undefined {
  const sure = firstSure(said, heard);
  if (sure === undefined) return undefined;
  let first = sure;
  for (
    let heardAtMs = sure.heardAtMs - stepMs;
    first.heardAtMs - heardAtMs <= longestGapMs;
    heardAtMs -= stepMs
  ) {
    if (heardAtMs < heard.startMs) break;
    const saidAtMs = findPitches(said, heard, heardAtMs, first.saidAtMs - (first.heardAtMs - heardAtMs));
    if (saidAtMs !== undefined) first = { saidAtMs, heardAtMs };
  }
  // The window may begin in the silence before the sound.
  for (let into = 0; into < windowMs; into += stepMs) {
    const wanted = loudness(partOf(said, first.saidAtMs + into, stepMs));
    if (loudness(partOf(heard, first.heardAtMs + into, stepMs)) >= wanted * audible) {
      return { saidAtMs: first.saidAtMs + into, heardAtMs: first.heardAtMs + into };
    }
  }
  return sure;
}

/** Where for the first time several windows in a row are found, one after the other, in what was said. */
function firstSure(said: Recording, heard: Recording): FirstHeard | undefined {
  const endMs = heard.startMs + lengthMs(heard) - windowMs;
  const find = (atMs: number) =>
    findSound(partOf(heard, atMs, windowMs), partOf(said, atMs - longestDelayMs, longestDelayMs + windowMs));
  for (let atMs = heard.startMs; atMs <= endMs; atMs += stepMs) {
    if (!isSounding(partOf(heard, atMs, windowMs))) continue;
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
    if (following.length >= 2) return { saidAtMs: match.atMs, heardAtMs: atMs };
  }
  return undefined;
}

/** Whether there is sound in all of it. */
function isSounding(sound: Recording): boolean {
  const least = loudness(sound) * audible;
  for (let into = 0; into < lengthMs(sound); into += soundingMs) {
    if (loudness(partOf(sound, sound.startMs + into, soundingMs)) < least) return false;
  }
  return true;
}

/** Where near `expectedMs` the pitches are those that are heard. */
function findPitches(
  said: Recording,
  heard: Recording,
  heardAtMs: number,
  expectedMs: number,
): number | undefined {
  const sound = partOf(heard, heardAtMs, windowMs);
  const wanted = spectrumOf(sound);
  let best: { atMs: number; score: number } | undefined;
  for (let offMs = -beginStretchMs; offMs <= beginStretchMs; offMs += 2) {
    const atMs = expectedMs + offMs;
    if (atMs < said.startMs) continue;
    const place = partOf(said, atMs, windowMs);
    if (loudness(sound) < loudness(place) * audible) continue;
    const score = likeness(wanted, spectrumOf(place));
    if (best === undefined || score > best.score) best = { atMs, score };
  }
  return best !== undefined && best.score >= alikePitches ? best.atMs : undefined;
}
