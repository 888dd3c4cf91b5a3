import {
  mediaWays,
  type MediaWay,
  type RecorderDirectory,
  type SubStreamWord,
} from '../../../features/recorders/recorders.ports.ts';
import { SourceError } from '../streamSource.ts';
import type { CallWish, GbCall } from './gbCall.ts';
import { subStreamLine, SubStreams } from './subStreams.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

/** Who receives the packets of a channel. */
export interface LineListener {
  onPacket(packet: Buffer): void;
  /** What comes from now on is another stream: of another call, or asked for in another way. */
  onRestart(): void;
  onEnded(error: SourceError): void;
}

/** A place at a line. */
export interface LinePlace {
  /** The line of the offer by which what comes was asked for; undefined for the main stream. */
  readonly word: SubStreamWord | undefined;
  leave(): void;
}

export interface ChannelLinesOptions {
  directory: RecorderDirectory;
  call(wish: CallWish): Promise<GbCall>;
  nowMs(): number;
}

/** A device that sends nothing this way within so long is asked for another way; all ways together take no longer than all. Milliseconds. */
const otherWayMs = 3_000;
const allWaysMs = 10_000;
const stepMs = 100;
/** After the last who wanted the main stream left, those who watch the sub stream get that: not at once, for it interrupts them. Milliseconds. */
const smallerAfterMs = 10_000;
/** A recorder that already sends as many pictures as it can is not asked for this time, then for twice as long, up to the longest. Milliseconds. */
const firstBusyMs = 5_000;
const longestBusyMs = 60_000;

/** The calls to channels, one for each channel, shared by all who receive it; the last who leaves ends it. */
export class ChannelLines {
  readonly #options: ChannelLinesOptions;
  readonly #lines = new Map<string, ChannelLine>();
  readonly #busy = new Map<string, { untilMs: number; forMs: number }>();
  /** The way that the next attempt begins with, where the time was too short for all of them. */
  readonly #nextWays = new Map<string, MediaWay>();
  readonly subStreams: SubStreams;

  constructor(options: ChannelLinesOptions) {
    this.#options = options;
    this.subStreams = new SubStreams(options.directory);
  }

  /** Rejects with SourceError. The listener may be called before this resolves. */
  join(
    target: { recorderId: string; channelId: string; stream: 'main' | 'sub' },
    listener: LineListener,
    limitMs: number,
  ): Promise<LinePlace> {
    const key = `${target.recorderId}/${target.channelId}`;
    const line =
      this.#lines.get(key) ??
      new ChannelLine({
        open: (wanted) => this.#open(target, wanted),
        word: () => this.subStreams.wordFor(target.recorderId, target.channelId),
        refused: (word) => this.subStreams.refused(target.recorderId, target.channelId, word),
        onEmpty: (empty) => {
          if (this.#lines.get(key) === empty) this.#lines.delete(key);
        },
      });
    this.#lines.set(key, line);
    return line.join(target.stream, listener, limitMs);
  }

  /** As `join`, of what was recorded between two moments by our clock, in Unix seconds; for one listener. */
  openRecorded(
    target: { recorderId: string; channelId: string },
    recorded: { from: number; to: number },
    listener: LineListener,
    limitMs: number,
  ): Promise<GbCall> {
    const ahead = Math.round(this.#options.directory.clockOffsetOf(target.recorderId) / 1_000);
    const byItsClock = { from: recorded.from + ahead, to: recorded.to + ahead };
    return this.#open(target, { recorded: byItsClock, listener, limitMs });
  }

  async #open(target: { recorderId: string; channelId: string }, wanted: OpenWish): Promise<GbCall> {
    const { recorderId, channelId } = target;
    const { directory, nowMs } = this.#options;
    const busy = this.#busy.get(recorderId);
    const now = nowMs();
    if (busy !== undefined && now < busy.untilMs && busy.untilMs - now <= longestBusyMs) throw busyError();
    const startedAtMs = performance.now();
    const ways = this.#waysOf(recorderId);
    let last: SourceError | undefined;
    for (const way of ways) {
      const leftMs = allWaysMs - (performance.now() - startedAtMs);
      if (leftMs < 1_000) {
        this.#nextWays.set(recorderId, way);
        break;
      }
      try {
        const call = await this.#try({ recorderId, channelId, way, ...wanted }, Math.min(otherWayMs, leftMs));
        if (call === undefined) continue;
        directory.learn(recorderId, { way });
        this.#nextWays.delete(recorderId);
        this.#busy.delete(recorderId);
        return call;
      } catch (error) {
        if (!(error instanceof SourceError) || !isOfTheWay(error)) {
          if (error instanceof SourceError && error.status === 486) this.#backOff(recorderId);
          throw this.#noted(recorderId, error);
        }
        last = error;
      }
    }
    throw this.#noted(
      recorderId,
      last ??
        new RecorderPictureError(
          'no_packets',
          'timeout',
          'The recorder agreed to send, but no packet came, neither by UDP nor by TCP. Check the firewall for the ports of gb28181MediaPorts.',
        ),
    );
  }

  /** Undefined when nothing came this way. */
  async #try(wish: OpenWish & Omit<CallWish, 'events'>, waitMs: number): Promise<GbCall | undefined> {
    let cameFirst: (came: boolean) => void = () => undefined;
    let hasCome = false;
    const first = new Promise<boolean>((resolve) => (cameFirst = resolve));
    let endedWith: SourceError | undefined;
    wish.listener.onRestart();
    const call = await this.#options.call({
      ...wish,
      limitMs: Math.min(wish.limitMs, allWaysMs),
      events: {
        onPacket(packet) {
          hasCome = true;
          cameFirst(true);
          wish.listener.onPacket(packet);
        },
        onEnded(error) {
          endedWith = error;
          if (hasCome) wish.listener.onEnded(error);
          cameFirst(false);
        },
      },
    });
    // Counted in steps, because time in which this process stood still is no silence of the device.
    let left = Math.ceil(waitMs / stepMs);
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) cameFirst(false);
    }, stepMs);
    const came = await first;
    clearInterval(timer);
    if (came) return call;
    call.close();
    if (endedWith !== undefined && wish.way === 'udp') throw endedWith;
    return undefined;
  }

  #waysOf(recorderId: string): MediaWay[] {
    const first =
      this.#nextWays.get(recorderId) ?? this.#options.directory.learnedOf(recorderId).way ?? 'udp';
    return [first, ...mediaWays.filter((way) => way !== first)];
  }

  #backOff(recorderId: string): void {
    const forMs = Math.min(longestBusyMs, 2 * (this.#busy.get(recorderId)?.forMs ?? firstBusyMs / 2));
    this.#busy.set(recorderId, { untilMs: this.#options.nowMs() + forMs, forMs });
  }

  #noted(recorderId: string, error: unknown): unknown {
    if (error instanceof Error) this.#options.directory.failed(recorderId, error.message);
    return error;
  }
}

interface OpenWish {
  line?: string | undefined;
  recorded?: { from: number; to: number };
  listener: LineListener;
  limitMs: number;
}

interface LineParts {
  open(wish: OpenWish): Promise<GbCall>;
  /** By which line its sub stream is to be asked for. */
  word(): SubStreamWord | undefined;
  refused(word: SubStreamWord): void;
  onEmpty(line: ChannelLine): void;
}

/** One channel: its listeners, and the call that they share. */
class ChannelLine {
  readonly #parts: LineParts;
  readonly #listeners = new Map<LineListener, 'main' | 'sub'>();
  #call: { call: GbCall; stream: 'main' | 'sub'; word: SubStreamWord | undefined } | undefined;
  /** Joining one after the other: the second finds the call of the first. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #smaller: NodeJS.Timeout | undefined;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  join(stream: 'main' | 'sub', listener: LineListener, limitMs: number): Promise<LinePlace> {
    this.#waiting += 1;
    const joined = this.#turn.then(() => this.#join(stream, listener, limitMs));
    this.#turn = joined.then(
      () => this.#left(),
      () => this.#left(),
    );
    return joined;
  }

  async #join(stream: 'main' | 'sub', listener: LineListener, limitMs: number): Promise<LinePlace> {
    this.#listeners.set(listener, stream);
    if (stream === 'main') clearTimeout(this.#smaller);
    try {
      // A listener that asks for the main stream gets it. Those who watch the sub stream get the main stream too, because a channel has one call.
      const isShared = this.#call !== undefined && (this.#call.stream === 'main' || stream === 'sub');
      if (!isShared) await this.#open(stream, limitMs);
    } catch (error) {
      this.#listeners.delete(listener);
      this.#end(error instanceof SourceError ? error : new SourceError('protocolError', 'The call failed.'));
      throw error;
    }
    return {
      word: this.#call?.word,
      leave: () => {
        if (!this.#listeners.delete(listener) || this.#waiting > 0) return;
        if (this.#listeners.size > 0) return this.#makeSmaller(limitMs);
        this.#hangUp();
        this.#parts.onEmpty(this);
      },
    };
  }

  async #open(stream: 'main' | 'sub', limitMs: number): Promise<void> {
    this.#hangUp();
    const word = stream === 'sub' ? this.#parts.word() : undefined;
    const listener: LineListener = {
      onPacket: (packet) => {
        for (const one of this.#listeners.keys()) one.onPacket(packet);
      },
      onRestart: () => {
        for (const one of this.#listeners.keys()) one.onRestart();
      },
      onEnded: (error) => this.#end(error),
    };
    const line = word === undefined ? undefined : subStreamLine(word);
    try {
      this.#call = { call: await this.#parts.open({ line, limitMs, listener }), stream, word };
    } catch (error) {
      if (word === undefined || !(error instanceof SourceError) || !isOfTheWay(error)) throw error;
      this.#parts.refused(word);
      const call = await this.#parts.open({ limitMs, listener });
      this.#call = { call, stream, word: undefined };
    }
  }

  /** Nobody may want the main stream any more: then the sub stream is asked for, unless somebody comes meanwhile. */
  #makeSmaller(limitMs: number): void {
    const isNeedless = (): boolean =>
      this.#call?.stream !== 'main' ||
      this.#listeners.size === 0 ||
      [...this.#listeners.values()].includes('main') ||
      this.#parts.word() === undefined;
    clearTimeout(this.#smaller);
    if (isNeedless()) return;
    this.#smaller = setTimeout(() => {
      this.#waiting += 1;
      this.#turn = this.#turn
        .then(async () => {
          if (!isNeedless()) await this.#open('sub', limitMs);
        })
        .catch((error: unknown) =>
          this.#end(
            error instanceof SourceError ? error : new SourceError('protocolError', 'The call failed.'),
          ),
        )
        .then(() => this.#left());
    }, smallerAfterMs).unref();
  }

  #hangUp(): void {
    clearTimeout(this.#smaller);
    this.#call?.call.close();
    this.#call = undefined;
  }

  #end(error: SourceError): void {
    this.#hangUp();
    const all = [...this.#listeners.keys()];
    this.#listeners.clear();
    for (const listener of all) listener.onEnded(error);
  }

  #left(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0 || this.#listeners.size > 0) return;
    this.#hangUp();
    this.#parts.onEmpty(this);
  }
}

/** Whether another way may succeed where this one was refused. */
function isOfTheWay({ status }: SourceError): boolean {
  return status !== undefined && ![401, 403, 404, 480, 486].includes(status);
}

function busyError(): SourceError {
  return new SourceError(
    'refused',
    'The recorder already sends to as many viewers as it can (486). It is asked again within a minute.',
    486,
  );
}
