/**
 * The floor machine (domain.md, 3GPP TS 24.380): who may speak in one talk group. Run by the hub alone. Pure: the clock
 * comes in with each event, what is to be told comes out, and a deadline that has passed is dealt with before any event.
 * Late, doubled and reordered messages do no harm: every press of a key has a number that only grows, every grant an epoch.
 */
export const floorPriorities = ['normal', 'override', 'emergency'] as const;
export type FloorPriority = (typeof floorPriorities)[number];

/** Why a press gets no floor. `elsewhere` and `no_voice` are said by the hub around this machine. */
export const floorDenials = ['queue_full', 'old_press', 'not_in_group', 'elsewhere', 'no_voice'] as const;
export type FloorDenial = (typeof floorDenials)[number];

/** Why the floor is taken from a talker. */
export const revokeCauses = ['limit', 'overridden', 'emergency', 'by_desk', 'not_keyed'] as const;
export type RevokeCause = (typeof revokeCauses)[number];

export interface FloorLimits {
  talkMs: number;
  /** The warning comes so long before the end. */
  warningMs: number;
  /** A revoked talker has so long to finish the word. */
  graceMs: number;
  /** A talker from the queue must key up within. */
  keyUpMs: number;
  /** The open microphone of an emergency. */
  emergencyMs: number;
  maxQueue: number;
}

export const floorLimits: FloorLimits = {
  talkMs: 30_000,
  warningMs: 5_000,
  graceMs: 1_000,
  keyUpMs: 4_000,
  emergencyMs: 10_000,
  maxQueue: 64,
};

export interface FloorHolder {
  participantId: string;
  press: number;
  epoch: number;
  priority: FloorPriority;
  grantedAtMs: number;
  endsAtMs: number;
  isWarned: boolean;
  /** Set until a talker from the queue has keyed up. */
  keyUpByMs?: number;
  /** Set in `pending_revoke`. */
  revoked?: { cause: RevokeCause; untilMs: number };
}

export interface FloorWaiter {
  participantId: string;
  press: number;
  priority: FloorPriority;
}

/** One group's floor; plain JSON. */
export interface FloorState {
  /** Of the last grant. */
  epoch: number;
  holder?: FloorHolder;
  /** In the order in which they will speak. */
  queue: FloorWaiter[];
  /** Who is in the group, with the last press of each that is over. */
  present: Record<string, number>;
}

export type FloorEvent =
  | { type: 'joined'; participantId: string }
  /** Left, or its connection is lost. */
  | { type: 'left'; participantId: string }
  | { type: 'requested'; participantId: string; press: number; priority: FloorPriority; preempts: boolean }
  | { type: 'keyed'; participantId: string; epoch: number }
  | { type: 'released'; participantId: string; press: number }
  | { type: 'revoked'; epoch: number; cause: RevokeCause }
  | { type: 'deadlineReached' };

/** What is to be told; `taken` and `idle` to everybody, the others to one. */
export type FloorMessage =
  | { type: 'granted'; holder: FloorHolder }
  | { type: 'denied'; participantId: string; press: number; cause: FloorDenial }
  | { type: 'queued'; participantId: string; press: number; position: number; size: number }
  | { type: 'warned'; holder: FloorHolder }
  | { type: 'revoked'; holder: FloorHolder; cause: RevokeCause; untilMs: number }
  | { type: 'ended'; holder: FloorHolder; cause: RevokeCause | 'released' | 'lost' }
  | { type: 'taken'; holder: FloorHolder }
  | { type: 'idle'; epoch: number };

export type FloorRefusal = 'old_press' | 'not_in_group' | 'old_epoch' | 'queue_full' | 'already';
