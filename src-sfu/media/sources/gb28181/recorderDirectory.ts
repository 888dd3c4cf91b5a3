import type { DeviceAlarm } from './deviceAlarm.ts';
import type { MediaWay } from './gbSessionDescription.ts';
import type { CataloguePart } from './manscdp.ts';
import type { SipPeer } from './sipTransport.ts';
import type { SubStreamWord } from './subStreams.ts';

/** A call that was begun and not yet ended; kept so that it is ended also by the next start of the hub. */
export interface StoredCall {
  callId: string;
  recorderId: string;
  channelId: string;
  localTag: string;
  /** The `To` of the device, with its tag. */
  remote: string;
  /** What requests within the call are sent to. */
  remoteUri: string;
}

/** What was found out about a recorder by trying, or set by a person; it survives a restart. */
export interface LearnedHabits {
  /** By which way its media came last. */
  way?: MediaWay | undefined;
  /** By which line of an offer its sub stream is asked for; `none` when no line changes anything. */
  subStream?: SubStreamWord | 'none' | undefined;
  /** The edition of the standard that it registers with. */
  edition?: '2016' | '2022' | undefined;
  /** How it takes a voice: it calls us, or we call it; `none` when it refused both. */
  voice?: 'broadcast' | 'talk' | 'none' | undefined;
  /** A person has set that it is also asked for its password by SHA-256. */
  asksSha256?: boolean | undefined;
  /** A person has set that motion which it reports becomes alerts. */
  alertsOnMotion?: boolean | undefined;
}

/** Something is wrong with where a recorder is: another device at this address uses its id, or it seems to have moved there. */
export interface Misplaced {
  problem: 'two_devices' | 'moved';
  address: string;
}

/** What the SIP door asks and reports about recorders. */
export interface RecorderDirectory {
  /** Undefined for a recorder that nobody entered. */
  passwordOf(recorderId: string): string | undefined;
  /** Whether somebody has entered it; also while its password is being changed. */
  isEntered(recorderId: string): boolean;
  /** Whether it may set its clock by our date. */
  setsClock(recorderId: string): boolean;
  /** Where a recorder that has registered is; undefined for all others. */
  placeOf(recorderId: string): SipPeer | undefined;
  /** Recorders that have registered, and when each was heard last, in Unix milliseconds; -Infinity before its first word. */
  places(): Iterable<{ recorderId: string; place: SipPeer; heardAtMs: number }>;
  isKnownAddress(address: string): boolean;
  registered(recorderId: string, place: SipPeer): void;
  signedOff(recorderId: string): void;
  /** Any valid message is a sign of life; its port is taken over. */
  heard(recorderId: string, place: SipPeer): void;
  /** A recorder that nobody entered answered a challenge: it is there, and waits for a person. */
  waits(recorderId: string, address: string): void;
  /** What it lists: cameras, voice outputs. */
  channelIdsOf(recorderId: string): Iterable<string>;
  learnedOf(recorderId: string): LearnedHabits;
  learn(recorderId: string, habits: LearnedHabits): void;
  /** What went wrong with a recorder, for whoever installs it. */
  failed(recorderId: string, message: string, misplaced?: Misplaced): void;
  alarmed(recorderId: string, alarm: DeviceAlarm): void;
  /** `isAsked`: it belongs to the catalogue that was asked for. A notice or an unasked answer says nothing of how many items there are. */
  catalogueCame(recorderId: string, part: CataloguePart, isAsked: boolean): void;
  /** How far its clock is ahead of ours, as it said; 0 while it has not said. Milliseconds. */
  clockOffsetOf(recorderId: string): number;
  saidClock(recorderId: string, offsetMs: number): void;
  /** Whether a channel is a camera without a motor, as its recorder has said since the hub started. */
  isFixed(recorderId: string, channelId: string): boolean;
  /** A catalogue that was asked for came to its end. `isWhole`: with every item; what is missing in two of these in a row is gone. */
  catalogueEnded(recorderId: string, deviceIds: ReadonlySet<string>, isWhole: boolean): void;
  callBegan(call: StoredCall): void;
  callEnded(callId: string): void;
  /** Calls that an earlier run of the hub left. */
  leftCalls(): Promise<StoredCall[]>;
}
