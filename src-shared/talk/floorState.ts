/** What the floor machine (`floor.ts`) works on: its state, the events that change it, the messages that come out, and its limits. */
export const floorPriorities = ['normal', 'lead', 'override', 'emergency'] as const;
export type FloorPriority = (typeof floorPriorities)[number];

/** Why a press gets no floor. `elsewhere` and `no_voice` are decided by the hub outside this machine. */
export const floorDenials = ['queue_full', 'old_press', 'not_in_group', 'elsewhere', 'no_voice'] as const;
export type FloorDenial = (typeof floorDenials)[number];

/** Why the floor is taken from a talker. */
export const revokeCauses = [
  'limit',
  'overridden',
  'emergency',
  'by_desk',
  'not_keyed',
  'lost',
  'group_left',
] as const;
export type RevokeCause = (typeof revokeCauses)[number];

export interface FloorLimits {
  talkMs: number;
  /** The warning is sent this long before the limit. Milliseconds. */
  warningMs: number;
  /** A revoked talker may finish speaking for this long. Milliseconds. */
  graceMs: number;
  /** A talker from the queue must confirm within this time. Milliseconds. */
  keyUpMs: number;
  /** How long the microphone stays open in an emergency. Milliseconds. */
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
  /** No packet arrives from the talker, although its connection may still be open. */
  | { type: 'lost'; epoch: number }
  /** The talker belongs to the group no more: its order has ended, or the member was moved. */
  | { type: 'removed'; epoch: number }
  /** The hub stood still, so packets that the talker sent meanwhile are not read yet. */
  | { type: 'stoodStill'; forMs: number }
  | { type: 'deadlineReached' };

/** Messages of the machine: `taken` and `idle` go to everybody in the group, the others to one participant. */
export type FloorMessage =
  | { type: 'granted'; holder: FloorHolder }
  | { type: 'denied'; participantId: string; press: number; cause: FloorDenial }
  | { type: 'queued'; participantId: string; press: number; position: number; size: number }
  | { type: 'warned'; holder: FloorHolder }
  | { type: 'revoked'; holder: FloorHolder; cause: RevokeCause; untilMs: number }
  | { type: 'ended'; holder: FloorHolder; cause: RevokeCause | 'released' }
  | { type: 'taken'; holder: FloorHolder }
  | { type: 'idle'; epoch: number };

export type FloorRefusal = 'old_press' | 'not_in_group' | 'old_epoch' | 'queue_full' | 'already';

/** The messages to send and the new state. Both apply even when the event itself was refused, because deadlines may have passed. */
export type FloorTransition = { state: FloorState; messages: FloorMessage[] } & (
  { ok: true } | { ok: false; reason: FloorRefusal }
);
