import { subStreamWords, type SubStreamWord } from '../../../features/recorders/recorders.ports.ts';

/** What is known of a recorder's sub stream. */
interface SubStreamHabit {
  subStream?: SubStreamWord | 'none' | undefined;
}

/** The line of an offer, without `a=`. */
export function subStreamLine(word: SubStreamWord): string {
  return word === 'streamMode' ? 'streamMode:SUB' : `${word}:1`;
}

/** More channels than are watched at once. */
const maxChannels = 5_000;
const refusedSize = -1;

/**
 * Finds out by which line a recorder gives its sub stream. Each opening tries one line, and its picture is shown whatever
 * it is: nobody waits for the search. The sizes that came are compared for each channel; a line is right when its picture
 * is smaller than another one, and when all lines bring the same size there is no sub stream.
 */
export class SubStreams {
  readonly #learned: (recorderId: string) => SubStreamHabit;
  readonly #learn: (recorderId: string, habits: SubStreamHabit) => void;
  /** Pixels by channel, and then by line; of the main stream under ''. */
  readonly #sizes = new Map<string, Map<SubStreamWord | '', number>>();

  constructor(parts: {
    learnedOf(recorderId: string): SubStreamHabit;
    learn(recorderId: string, habits: SubStreamHabit): void;
  }) {
    this.#learned = (recorderId) => parts.learnedOf(recorderId);
    this.#learn = (recorderId, habits) => parts.learn(recorderId, habits);
  }

  /** The line to ask with; undefined when the main stream is all there is. */
  wordFor(recorderId: string, channelId: string): SubStreamWord | undefined {
    const { subStream } = this.#learned(recorderId);
    if (subStream !== undefined) return subStream === 'none' ? undefined : subStream;
    const sizes = this.#sizes.get(`${recorderId}/${channelId}`);
    return subStreamWords.find((word) => sizes?.has(word) !== true);
  }

  /** A picture of so many pixels came when it was asked for with this line; undefined: without one. */
  measured(recorderId: string, channelId: string, word: SubStreamWord | undefined, pixels: number): void {
    if (this.#learned(recorderId).subStream !== undefined || pixels <= 0) return;
    this.#note(recorderId, channelId, word ?? '', pixels);
  }

  /** The device refused an offer with this line: it brings nothing. */
  refused(recorderId: string, channelId: string, word: SubStreamWord): void {
    this.#note(recorderId, channelId, word, refusedSize);
  }

  #note(recorderId: string, channelId: string, word: SubStreamWord | '', pixels: number): void {
    const sizes = this.#sizesOf(`${recorderId}/${channelId}`);
    sizes.set(word, pixels);
    const seen = [...sizes].filter(([, size]) => size !== refusedSize);
    const largest = Math.max(...seen.map(([, size]) => size));
    const [smaller] = seen.find(([line, size]) => line !== '' && size < largest) ?? [];
    if (smaller !== undefined && smaller !== '') this.#learn(recorderId, { subStream: smaller });
    else if (subStreamWords.every((line) => sizes.has(line))) this.#learn(recorderId, { subStream: 'none' });
  }

  #sizesOf(channel: string): Map<SubStreamWord | '', number> {
    const sizes = this.#sizes.get(channel) ?? new Map<SubStreamWord | '', number>();
    const [oldest] = this.#sizes.keys();
    if (!this.#sizes.has(channel) && this.#sizes.size >= maxChannels && oldest !== undefined)
      this.#sizes.delete(oldest);
    this.#sizes.set(channel, sizes);
    return sizes;
  }
}
