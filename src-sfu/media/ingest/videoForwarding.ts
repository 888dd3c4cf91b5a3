import { afterKeyPictures } from './keyPicturesFirst.ts';
import { MediaSinks, type MediaSink } from './mediaSinks.ts';
import { PictureGroup } from './pictureGroup.ts';
import { rtpMarker, rtpSequenceNumber } from './rtpPacket.ts';
import type { StreamNumbers } from './streamNumbers.ts';

/** However many viewers come at once, a stream is sent again at most so often. */
const catchUpGapMs = 100;
/** So many packets fit the smallest receive buffer of a socket (208 KiB, with what the kernel adds to each). */
const packetsAtOnce = 48;
const stepMs = 2;
/**
 * The media worker repeats no packet that is so much older than the live ones, so that a browser under load, which loses one, would
 * stand still until the camera's next key picture. A group that is older is sent again slowly.
 */
const repeatableMs = 2_000;
const quickStepsOfYoung = 2;
const slowPacketsAtOnce = 16;
const slowStepMs = 8;
/**
 * A viewer who lost a packet of a long group asks for a key picture, which no camera sends before its time. Each new viewer makes
 * the media worker ask, too, at once and after a second: whoever was sent the group so shortly before needs no other.
 */
const repairGapMs = 2_000;
/** The new viewer's own catch-up comes first. */
const repairWaitMs = 300;
/** So long after a group was sent again, what a viewer reports as lost may be of it. */
const lossMs = 3_000;
const lossWaitMs = 50;
/** However often viewers ask, a group is sent again for them so many times at most. */
const maxRepairs = 3;

/**
 * - `off`: nobody consumes; packets are only kept in the group.
 * - `waiting`: somebody consumes from the next key picture on.
 * - `replaying`: the group goes out from its key picture on; packets that come meanwhile are added to it.
 * - `live`: packets go out as they come.
 */
type State = 'off' | 'waiting' | 'replaying' | 'live';

/**
 * Sends the packets of a video stream while somebody consumes it. After packets were left out, the sequence numbers of the sent
 * packets have only the gaps that the camera's own had, and their timestamps advance by the time that passed.
 */
export class VideoForwarding {
  readonly #numbers: StreamNumbers;
  readonly #send: (packet: Buffer) => void;
  readonly #nowMs: () => number;
  readonly group: PictureGroup;
  /** They get every packet, also while nobody consumes the stream. */
  readonly sinks = new MediaSinks();
  #state: State = 'live';
  #isHeldBack = false;
  /** Sequence number of the last packet of the stream that was sent; undefined before the first. */
  #lastSent: number | undefined;
  #replay: Iterator<Buffer> | undefined;
  /** Counts up where everything that is being sent again has lost its meaning. */
  #epoch = 0;
  #lastCatchUpAtMs = 0;
  #catchUpTimer: NodeJS.Timeout | undefined;
  #repairTimer: NodeJS.Timeout | undefined;
  #isSendingAgain = false;
  /** Another viewer came while the group was being sent again, and may have missed its beginning. */
  #isWantedAgain = false;
  /** A viewer reported a loss while the group was being sent again. */
  #isLossSeen = false;
  /** How often this group was sent again because a viewer lost some of it. */
  #repairs = 0;

  constructor(numbers: StreamNumbers, send: (packet: Buffer) => void, nowMs: () => number) {
    this.#numbers = numbers;
    this.#send = send;
    this.#nowMs = nowMs;
    this.group = new PictureGroup(nowMs);
  }

  get isConsumed(): boolean {
    return this.#state !== 'off';
  }

  /** Whether somebody consumes the stream. True in the beginning. */
  setConsumed(isConsumed: boolean): void {
    if (isConsumed === (this.#state !== 'off')) return;
    if (isConsumed) {
      this.#state = 'waiting';
      return;
    }
    this.#state = 'off';
    this.#stopSendingAgain();
  }

  /** While it is held back, who consumes the stream gets nothing; afterwards everything since the last key picture. */
  setHeldBack(isHeldBack: boolean): void {
    if (isHeldBack === this.#isHeldBack) return;
    this.#isHeldBack = isHeldBack;
    if (this.#state === 'off') return;
    if (isHeldBack) {
      this.#stopSendingAgain();
      this.#state = 'waiting';
    } else if (this.group.beganAtMs !== undefined) this.#beginReplay(false);
  }

  /** Attaches a sink that goes on from the packets since the last key picture; those are copies with numbers of their own. */
  attachFromKey(sink: MediaSink): { kept: Buffer[]; detach: () => void } {
    const isKept = this.group.beganAtMs !== undefined;
    const kept = isKept ? Array.from(this.group.packets(), (packet) => Buffer.from(packet)) : [];
    return { kept, detach: this.sinks.attach(sink, isKept) };
  }

  /** A key picture begins; its packets follow. */
  beginGroup(): void {
    this.group.begin();
    this.#repairs = 0;
    this.sinks.beginGroup();
    if (!this.#isHeldBack && (this.#state === 'waiting' || this.#state === 'replaying')) {
      // What is left of an older group is not needed in front of a key picture.
      this.#replay = undefined;
      if (this.#lastSent !== undefined) this.#numbers.lastSequenceNumber = this.#lastSent;
      this.#state = 'live';
    }
  }

  /** What is kept cannot be shown from its beginning, or the stream is over. */
  abandonGroup(): void {
    this.#sendRestOfReplay();
    this.group.abandon();
  }

  /** The next packet of the stream, with its number; the bytes may be used again afterwards. */
  pass(packet: Buffer, start: number, end: number): void {
    if (this.#state === 'replaying' && !this.group.hasRoomFor(end - start)) this.#sendRestOfReplay();
    this.group.add(packet, start, end);
    const isLive = this.#state === 'live';
    if (!isLive && this.sinks.isEmpty) return;
    const sent = start === 0 && end === packet.length ? packet : packet.subarray(start, end);
    if (isLive) {
      this.#lastSent = this.#numbers.lastSequenceNumber;
      this.#send(sent);
    }
    if (!this.sinks.isEmpty) this.sinks.writeVideo(sent, this.#numbers.lost);
  }

  /**
   * Sends the video since the last key picture, for a viewer who just came; nothing when that began before `sinceMs` (Unix
   * milliseconds), up to which the viewer has seen it.
   */
  catchUp(sinceMs: number): void {
    const { beganAtMs } = this.group;
    if (this.#state === 'off' || this.#isHeldBack || beganAtMs === undefined || beganAtMs < sinceMs) return;
    clearTimeout(this.#catchUpTimer);
    if (this.#state === 'waiting') return this.#beginReplay(true);
    if (!this.group.canBeRepeated) return;
    const waitMs = this.#lastCatchUpAtMs + catchUpGapMs - this.#nowMs();
    if (waitMs > 0) this.#catchUpTimer = setTimeout(() => this.#sendGroupAgain(), waitMs);
    else this.#sendGroupAgain();
  }

  /**
   * A viewer asks for a key picture. Where the next is not soon, the group is sent again: what was lost on the way to the viewer is
   * made good, and the others drop all of it as repeats.
   */
  keyPictureWanted(): void {
    if (this.#mayRepair() && this.#nowMs() - this.#lastCatchUpAtMs >= repairGapMs)
      this.#repairIn(repairWaitMs);
  }

  /** A viewer reports a loss, which the media worker makes good only in what is less than 2 s old. */
  packetsLost(): void {
    if (!this.#mayRepair() || this.#nowMs() - this.#lastCatchUpAtMs > lossMs) return;
    if (this.#isSendingAgain) this.#isLossSeen = true;
    else this.#repairIn(lossWaitMs);
  }

  /** Whether the next key picture may be long in coming, so that a viewer cannot wait for it. */
  get hasLongGroup(): boolean {
    return this.group.isLong;
  }

  close(): void {
    this.#state = 'off';
    this.#stopSendingAgain();
    this.sinks.close();
    this.group.abandon();
  }

  #mayRepair(): boolean {
    const { beganAtMs, canBeRepeated, isLong } = this.group;
    if (this.#state !== 'live' || this.#isHeldBack || beganAtMs === undefined) return false;
    return canBeRepeated && isLong && this.#repairs < maxRepairs;
  }

  #repairIn(waitMs: number): void {
    this.#repairTimer ??= setTimeout(() => {
      this.#repairTimer = undefined;
      // A viewer who came meanwhile was sent the group.
      if (this.#isSendingAgain || !this.#mayRepair()) return;
      this.#repairs += 1;
      this.#sendGroupAgain();
    }, waitMs);
  }

  #stopSendingAgain(): void {
    clearTimeout(this.#catchUpTimer);
    clearTimeout(this.#repairTimer);
    this.#repairTimer = undefined;
    this.#isSendingAgain = false;
    this.#isWantedAgain = false;
    this.#replay = undefined;
    this.#epoch += 1;
  }

  /** The first viewer: the kept packets take the numbers that follow what was sent last, and so does what comes next. */
  #beginReplay(isKeyPictureFirst: boolean): void {
    this.#lastCatchUpAtMs = this.#nowMs();
    if (this.#lastSent !== undefined) {
      const shift = this.group.renumber((this.#lastSent + 1) & 0xffff);
      this.#numbers.lastSequenceNumber = (this.#numbers.lastSequenceNumber + shift) & 0xffff;
    }
    this.#state = 'replaying';
    const replay = this.group.packets();
    this.#replay = replay;
    this.#continueReplay(replay, isKeyPictureFirst);
  }

  /** `isKeyPictureFirst`: the key picture is not sent yet, and what is behind it lets those of other streams go first. */
  #continueReplay(replay: Iterator<Buffer>, isKeyPictureFirst: boolean): void {
    if (this.#replay !== replay) return;
    const sent = this.#sendNext(replay, packetsAtOnce, isKeyPictureFirst);
    if (sent === 'all') this.#endReplay();
    else if (sent === 'picture') afterKeyPictures(() => this.#continueReplay(replay, false));
    else setTimeout(() => this.#continueReplay(replay, isKeyPictureFirst), stepMs);
  }

  #sendRestOfReplay(): void {
    if (this.#replay === undefined) return;
    this.#sendNext(this.#replay, Number.POSITIVE_INFINITY);
    this.#endReplay();
  }

  #endReplay(): void {
    this.#replay = undefined;
    if (this.#state === 'replaying') this.#state = 'live';
  }

  /** Sends up to so many packets, or up to the end of a picture; whether those were all there are. */
  #sendNext(packets: Iterator<Buffer>, most: number, onePicture = false): 'all' | 'picture' | 'some' {
    for (let sent = 0; sent < most; sent += 1) {
      const next = packets.next();
      if (next.done === true) return 'all';
      this.#lastSent = rtpSequenceNumber(next.value);
      const endsPicture = rtpMarker(next.value);
      this.#send(next.value);
      if (onePicture && endsPicture) return 'picture';
    }
    return 'some';
  }

  /** Another viewer: the same packets again. Those who had them drop them as repeats. */
  #sendGroupAgain(): void {
    // One at a time: several at once would lose what they are to make good.
    if (this.#isSendingAgain) {
      this.#isWantedAgain = true;
      return;
    }
    const now = this.#nowMs();
    this.#lastCatchUpAtMs = now;
    this.#isSendingAgain = true;
    this.#isLossSeen = false;
    const epoch = this.#epoch;
    const packets = this.group.packets();
    const quickSteps = now - (this.group.beganAtMs ?? now) > repeatableMs ? 0 : quickStepsOfYoung;
    let steps = 0;
    let isKeyPicture = quickSteps > 0;
    const step = (): void => {
      if (epoch !== this.#epoch) return;
      steps += 1;
      const isQuick = isKeyPicture || steps <= quickSteps;
      for (let sent = 0; sent < (isQuick ? packetsAtOnce : slowPacketsAtOnce); sent += 1) {
        const next = packets.next();
        if (next.done === true) return this.#endSendingAgain();
        const endsPicture = rtpMarker(next.value);
        this.#send(next.value);
        if (isKeyPicture && endsPicture) {
          isKeyPicture = false;
          return afterKeyPictures(step);
        }
      }
      setTimeout(step, isQuick ? stepMs : slowStepMs);
    };
    step();
  }

  #endSendingAgain(): void {
    this.#isSendingAgain = false;
    if (this.#isWantedAgain) {
      this.#isWantedAgain = false;
      this.#sendGroupAgain();
    } else if (this.#isLossSeen) this.#repairIn(lossWaitMs);
  }
}
