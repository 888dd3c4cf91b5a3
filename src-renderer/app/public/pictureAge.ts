const minuteS = 60;
const hourS = 60 * minuteS;
const dayS = 24 * hourS;

/** How old a picture is, in the words of `publicPage`: seconds, then whole minutes, hours and days. Both times in milliseconds. */
export function pictureAge(
  takenAtMs: number,
  nowMs: number,
): { words: 'ageSeconds' | 'ageMinutes' | 'ageHours' | 'ageDays'; count: number } {
  const seconds = Math.max(0, Math.round((nowMs - takenAtMs) / 1_000));
  if (seconds < minuteS) return { words: 'ageSeconds', count: seconds };
  if (seconds < hourS) return { words: 'ageMinutes', count: Math.floor(seconds / minuteS) };
  if (seconds < dayS) return { words: 'ageHours', count: Math.floor(seconds / hourS) };
  return { words: 'ageDays', count: Math.floor(seconds / dayS) };
}
