/** Whether a number can be a date in Unix milliseconds: of the years 2001 to 2286. No duration and no count is as large. */
export function isStamp(value: unknown): value is number {
  return typeof value === 'number' && value >= 1e12 && value < 1e13;
}

/**
 * A copy of a message or record in which every date is mapped: numbers under names that end in `Ms`, at any depth. Bytes and
 * everything else stay as they are.
 */
export function mapStamps<T>(value: T, map: (stampMs: number, name: string) => number): T {
  if (Array.isArray(value)) return value.map((one: unknown) => mapStamps(one, map)) as T;
  if (value === null || typeof value !== 'object') return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [
      name,
      isStamp(one) && name.endsWith('Ms') ? map(one, name) : mapStamps(one, map),
    ]),
  ) as T;
}
