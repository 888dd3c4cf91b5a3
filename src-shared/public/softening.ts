/**
 * How far pictures for the public are softened. Over a head there are at most 24 × 24 picture elements; below about 30 across,
 * neither people nor programs distinguish known faces reliably. A picture is made smaller before it is encoded, so that no later
 * sharpening brings back what was never sent.
 */

/** The most picture elements across and down over a head. */
export const maxHeadElements = 24;

/**
 * The part of the picture's width that a head takes at the usual distance, in hundredths of it: a head of 25 cm, 2 m in front of a
 * camera that sees 80° across (a 4 mm lens), whose picture is 3.36 m wide there.
 */
export const usualHeadPercent = 7.5;
/** Smaller than this nobody measures it. */
export const minHeadPercent = 1;
/** A nearer camera's heads are larger; with more than this a camera sees nothing but a face, and is not for the public. */
export const maxHeadPercent = 25;
/** Nothing is larger, however small the heads are. */
const maxWidth = 320;
const widthToHeight = 16 / 9;

/** Pictures a second, and bits: enough to see that somebody works, too few to add many of them up to a sharper one. */
export const softenedPicturesPerSecond = 8;
export const softenedKilobitsPerSecond = 160;

/**
 * The box into which the pictures of a camera are made to fit, in picture elements, for a head that takes `headPercent` of its width.
 * Example: 7.5 → 320 × 180; 15 → 160 × 90.
 */
export function softenedBox(headPercent: number = usualHeadPercent): { width: number; height: number } {
  const percent = Math.min(maxHeadPercent, Math.max(minHeadPercent, headPercent));
  const width = even(Math.min(maxWidth, (maxHeadElements * 100) / percent));
  return { width, height: even(width / widthToHeight) };
}

/** Encoders take even sizes; the smaller one keeps the rule. */
function even(length: number): number {
  return 2 * Math.floor(length / 2);
}
