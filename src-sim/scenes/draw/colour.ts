type Channels = readonly [red: number, green: number, blue: number];

function channelsOf(colour: string): Channels {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour `#rrggbb` between two others; 0 is the first, 1 the second. */
export function mix(one: string, other: string, share: number): string {
  const [from, to] = [channelsOf(one), channelsOf(other)];
  const value = from.reduce((sum, channel, position) => {
    const mixed = Math.round(channel + ((to[position] ?? 0) - channel) * share);
    return sum * 256 + Math.max(0, Math.min(255, mixed));
  }, 0);
  return `#${value.toString(16).padStart(6, '0')}`;
}

/** A lighter (up to 1) or darker (down to -1) tone; shadows lean to blue, lights to cream, as in a painted room. */
export function tone(colour: string, amount: number): string {
  return amount >= 0 ? mix(colour, '#fffaf0', amount) : mix(colour, '#141c2b', -amount);
}

/** The colour with an opacity from 0 to 1. */
export function fade(colour: string, opacity: number): string {
  const [red, green, blue] = channelsOf(colour);
  return `rgba(${red},${green},${blue},${opacity})`;
}
