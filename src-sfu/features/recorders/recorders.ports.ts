/** Where a recorder is reached. Over TCP only while its connection stands. */
export interface RecorderPlace {
  address: string;
  port: number;
  protocol: 'udp' | 'tcp';
}

/** How the media of a channel comes: datagrams, a connection that the device opens to us, or one that we open to it. */
export const mediaWays = ['udp', 'tcpPassive', 'tcpActive'] as const;
export type MediaWay = (typeof mediaWays)[number];

/** Lines by which devices are asked for their sub stream: of the edition of 2022, and of makers before it. */
export const subStreamWords = ['streamnumber', 'streamprofile', 'stream', 'streamMode'] as const;
export type SubStreamWord = (typeof subStreamWords)[number];

/** What a recorder reports by itself: motion, a covered lens, a full disk. */
export interface DeviceAlarm {
  /** 20 digits: a channel, an alarm input, or the recorder itself. */
  deviceId: string;
  /** 1 to 7: 2 the device itself, 5 its pictures, 6 a fault; undefined when it says none that exist. */
  method: number | undefined;
  /** The kind within its method, such as 2 for motion of method 5; undefined when it says none. */
  type: number | undefined;
  /** 1, the most urgent, to 4. */
  priority: number | undefined;
  /** As the device writes it: local time by its own clock, which may be days off. */
  time: string | undefined;
  description: string;
}

/** One item of a catalogue: a camera, or something that groups cameras. */
export interface CatalogueItem {
  /** 20 digits; of a district 2 to 8. */
  deviceId: string;
  name: string;
  /** What the device says of it; undefined when it says nothing. */
  isOn: boolean | undefined;
  /** Whether pictures can be asked for: types 131, 132 and 134 to 137, or any thing with a status. */
  isChannel: boolean;
  /** Whether it is a camera without a motor, as the recorder says: `PTZType` 3. All else may turn. */
  isFixed: boolean;
  event: string | undefined;
}

/** A part of a catalogue. Every whole item counts, whatever stands between them; `sum` is how many there are in all. */
export interface CataloguePart {
  items: CatalogueItem[];
  sum: number | undefined;
}

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
  placeOf(recorderId: string): RecorderPlace | undefined;
  /** Recorders that have registered, and when each was heard last, in Unix milliseconds; -Infinity before its first word. */
  places(): Iterable<{ recorderId: string; place: RecorderPlace; heardAtMs: number }>;
  isKnownAddress(address: string): boolean;
  registered(recorderId: string, place: RecorderPlace): void;
  signedOff(recorderId: string): void;
  /** Any valid message is a sign of life; its port is taken over. */
  heard(recorderId: string, place: RecorderPlace): void;
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
