const units = ['KB', 'MB', 'GB', 'TB'] as const;

/** `412,000`, and one decimal of small numbers. */
export function numberText(value: number, language: string): string {
  const digits = value < 100 ? 1 : 0;
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** Bytes in the largest unit that fits, of 1,024 each: `130 MB`. */
export function bytesText(bytes: number, language: string): string {
  let value = bytes / 1_024;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${numberText(value, language)} ${units[unit] ?? ''}`;
}
