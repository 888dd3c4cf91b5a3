/**
 * The status of a squad member (domain.md) and the age of the last check-in. Pure: each event carries its time.
 * The same functions decide which buttons of a phone and of a desk are enabled.
 */
import { z } from 'zod';

export const memberStatuses = [
  'available',
  'dispatched',
  'en_route',
  'on_scene',
  'returning',
  'unavailable',
  'off_duty',
] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** Who changes a status: the member on the phone, or an officer of the command centre. */
export type StatusChanger = 'member' | 'centre';

export const memberDutySchema = z.object({
  status: z.enum(memberStatuses),
  /** Since when, by the hub's clock. */
  sinceMs: z.number(),
  /** The last check-in: the member signed in, changed the status, spoke, or pressed “all is well”. */
  checkedInAtMs: z.number().optional(),
});
export type MemberDuty = z.output<typeof memberDutySchema>;

/** The statuses that may follow each status. The command centre dispatches a free member; a patrol may also find work itself. */
const next: Record<MemberStatus, readonly MemberStatus[]> = {
  available: ['dispatched', 'en_route', 'on_scene', 'unavailable', 'off_duty'],
  dispatched: ['en_route', 'on_scene', 'available', 'unavailable'],
  en_route: ['on_scene', 'returning', 'available', 'unavailable'],
  on_scene: ['returning', 'available', 'en_route', 'unavailable'],
  returning: ['available', 'dispatched', 'en_route', 'on_scene', 'unavailable', 'off_duty'],
  unavailable: ['available', 'returning', 'off_duty'],
  off_duty: ['available', 'unavailable'],
};

/** Why a status change is refused. */
export const statusRefusals = ['not_from_here', 'by_centre_only', 'overtaken'] as const;
export type StatusRefusal = (typeof statusRefusals)[number];

export type DutyEvent =
  { type: 'changed'; status: MemberStatus; by: StatusChanger; happenedAtMs: number } | { type: 'checkedIn' };

export type DutyTransition = { ok: true; state: MemberDuty } | { ok: false; reason: StatusRefusal };

/** A member nobody has heard of yet. */
export function newDuty(nowMs: number): MemberDuty {
  return { status: 'off_duty', sinceMs: nowMs };
}

/** Whether a status may follow another one. The same status may always be sent again; it counts as a check-in. */
export function mayChangeStatus(from: MemberStatus, to: MemberStatus, by: StatusChanger): boolean {
  if (from === to) return true;
  if (to === 'dispatched' && by === 'member') return false;
  return next[from].includes(to);
}

/** The next state, or why the event means nothing here. */
export function transitionDuty(state: MemberDuty, event: DutyEvent, nowMs: number): DutyTransition {
  if (event.type === 'checkedIn') return { ok: true, state: { ...state, checkedInAtMs: nowMs } };
  const { status, by } = event;
  // A phone that was offline reports late, and its clock may be wrong: a time in the future is not accepted.
  const happenedAtMs = Math.min(event.happenedAtMs, nowMs);
  if (status === 'dispatched' && by === 'member' && state.status !== 'dispatched') {
    return { ok: false, reason: 'by_centre_only' };
  }
  if (happenedAtMs < state.sinceMs) return { ok: false, reason: 'overtaken' };
  if (!mayChangeStatus(state.status, status, by)) return { ok: false, reason: 'not_from_here' };
  const heard = by === 'member' ? { checkedInAtMs: nowMs } : {};
  if (state.status === status) return { ok: true, state: { ...state, ...heard } };
  return { ok: true, state: { ...state, status, sinceMs: happenedAtMs, ...heard } };
}

/** The colour of the check-in age: amber after 30 min, red after an hour. Members who are off duty have none. */
export type CheckInAge = 'none' | 'green' | 'amber' | 'red';
export const checkInAmberMs = 30 * 60_000;
export const checkInRedMs = 60 * 60_000;

export function checkInAge({ status, checkedInAtMs }: MemberDuty, nowMs: number): CheckInAge {
  if (status === 'off_duty') return 'none';
  if (checkedInAtMs === undefined) return 'red';
  const ageMs = nowMs - checkedInAtMs;
  if (ageMs < checkInAmberMs) return 'green';
  return ageMs < checkInRedMs ? 'amber' : 'red';
}

/** When the colour of the check-in age changes next by itself. */
export function nextDutyDeadline(duty: MemberDuty, nowMs: number): number | undefined {
  const age = checkInAge(duty, nowMs);
  if (duty.checkedInAtMs === undefined || (age !== 'green' && age !== 'amber')) return undefined;
  return duty.checkedInAtMs + (age === 'green' ? checkInAmberMs : checkInRedMs);
}
