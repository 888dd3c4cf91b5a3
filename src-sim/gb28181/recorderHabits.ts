import type { PsHabits } from './psMuxer.ts';

/** How a simulated recorder deviates from the norm: the faults that real ones are known for, each to be switched on. */
export interface RecorderHabits extends PsHabits {
  /** Ways by which its media arrives; by others it agrees and sends nothing. All if missing. */
  ways?: readonly ('udp' | 'tcpPassive' | 'tcpActive')[];
  /** Ways that it refuses with this status. */
  refusedWays?: { ways: readonly string[]; status: number };
  /** What its session description says of SSRC: another one, none, nine digits, 0. The packets have one of its own. */
  saysSsrc?: 'other' | 'none' | 'nineDigits' | 'zero';
  /** RTP over TCP begins with `$` and a channel. */
  dollarFraming?: boolean;
  /** Every so many packets, bytes of the connection are missing: its buffer was overrun. */
  overrunEvery?: number;
  /** Every so many packets one is lost. */
  loseEvery?: number;
  /** Packets overtake each other within groups of so many. */
  shuffle?: number;
  /** Every packet has the marker. */
  markers?: 'all' | 'none';
  /** The SSRC changes after so many pictures, and the numbers begin again. */
  ssrcChangesAfter?: number;
  /** Ticks of the first picture: near 2^32 for a wrap. */
  firstPts?: number;
  /** The time of pictures stands still. */
  standingPts?: boolean;
  /** Sound of this kind, with the time of its own 8 kHz. */
  sound?: 'alaw' | 'mulaw' | 'aac';
  /** It sends key pictures only as they come. */
  ignoresKeyRequests?: boolean;
  /** The line of an offer to which it answers with its small picture. */
  subStreamLine?: string;
  /** It says 486 to so many calls. */
  busyFor?: number;
  /** Requests of these methods are not answered. */
  silentTo?: readonly string[];
  /** It says 200 to a call twice. */
  answersTwice?: boolean;
  /** Its answers have no Via. */
  withoutVia?: boolean;
  /** It answers calls after so long. Milliseconds. */
  answersAfterMs?: number;
  /** Its catalogue says so many more items than there are. */
  sumMore?: number;
  /** Items of its catalogue that do not come at the first asking, by index. */
  lostOnce?: readonly number[];
  /** Every so many messages of its own one is lost on its way. */
  loseMessageEvery?: number;
  /** All items in one message of this charset. */
  charset?: 'utf8' | 'gb18030';
  /** Command and number are attributes of the root. */
  attributes?: boolean;
  /** What it has recorded, in Unix seconds; without it a call for recorded pictures is refused with 404. */
  recorded?: { from: number; to: number };
  /** It agrees to any speed of what it recorded and plays at 1. */
  ignoresScale?: boolean;
  /**
   * How it takes a voice; after a broadcast, as the norm says, if missing. `needsTalk` refuses the broadcast, `refuses` the talk as well; `silent` says
   * nothing; `byeAtOnce` ends the call that it made; `late` opens its connection late.
   */
  ear?: 'needsTalk' | 'refuses' | 'silent' | 'byeAtOnce' | 'late';
  /** A voice comes over TCP: it connects, or listens. Over UDP if missing. */
  earWay?: 'connects' | 'listens';
  /** It registers as a device of the edition of 2022. */
  edition2022?: boolean;
}
