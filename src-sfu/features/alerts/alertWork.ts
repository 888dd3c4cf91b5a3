import {
  transitionAlert,
  type AlertActor,
  type AlertEvent,
  type AlertProgress,
} from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { FalseAlarmReason } from '../../../src-shared/alerts/alert.ts';
import type { AlertDeed } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { recordedPrincipal, type RecordedPrincipal } from '../../base/asking.ts';
import type { AlertDraft } from './alertDraft.ts';
import type { LedgerJob } from './alertLedger.ts';
import type { AlertAudit } from './alerts.repository.ts';

/** An officer's command, or one that follows from the officer's decision about an appeal of the site. */
export type WorkCommand = Omit<InputOf<'alerts:work'>, 'deed'> & {
  deed: AlertDeed | { type: 'upholdAppeal'; reason: FalseAlarmReason };
};
type Command = WorkCommand;
type Result = OutputOf<'alerts:work'>['results'][number];

/** What is kept of an answer; the alerts are read again for a command that is repeated. */
type KeptResults = Pick<Result, 'alertId' | 'done' | 'refusal'>[];

/**
 * The change that carries out an officer's command, for each alert separately. Its id is stored in the same transaction, as that of a
 * platform's request is, for as long: a command that is sent again, also to a hub that was killed before it could answer, is answered
 * and not carried out again.
 */
export function workJob(
  command: Command,
  actor: AlertActor,
  nowMs: () => number,
): LedgerJob<OutputOf<'alerts:work'>> {
  const { deed } = command;
  const alertIds = [...new Set(command.alertIds)];
  // The plan is made later, and for many askers in turn.
  const principal = recordedPrincipal();
  const request = { keyId: `desk ${actor.id}`, idempotencyKey: command.commandId };
  return {
    weight: alertIds.length,
    unstored: 'answer',
    asks: {
      alertIds: deed.type === 'callDuplicate' ? [...alertIds, deed.of] : alertIds,
      requests: [request],
    },
    plan: (draft) => {
      const before = draft.request(request.keyId, request.idempotencyKey)?.answer as KeptResults | undefined;
      if (before !== undefined) {
        return { results: before.map((one) => ({ ...one, ...alertNow(draft, one.alertId) })) };
      }
      const results = alertIds.map((alertId) =>
        workOne(alertId, command, { ...actor, principal }, draft, nowMs()),
      );
      if (results.some(({ done }) => done)) {
        const answer: KeptResults = results.map(({ alert: _alert, ...kept }) => kept);
        draft.addRequest({ ...request, bodyHash: '', answer, atMs: nowMs() });
      }
      return { results };
    },
  };
}

function alertNow(draft: AlertDraft, alertId: string): { alert?: Alert } {
  const alert = draft.alert(alertId);
  return alert === undefined ? {} : { alert };
}

/** The line of history for a step of the machine. */
export function historyOf(
  before: AlertProgress,
  after: AlertProgress,
  event: AlertEvent,
): AlertAudit['entry'] {
  switch (event.type) {
    case 'calledFalse':
    case 'appealUpheld':
      return { action: 'called_false', reason: event.reason };
    case 'calledDuplicate':
      return { action: 'called_duplicate', duplicateOf: event.of };
    case 'deadlineReached':
      return after.escalation > before.escalation
        ? { action: 'escalated', escalation: after.escalation }
        : { action: 'expired' };
    case 'cameraRemoved':
      return { action: 'removed' };
    case 'orderEnded':
      return { action: 'order_ended' };
    case 'repeated':
      return { action: 'raised' };
    default:
      return { action: event.type };
  }
}

function workOne(
  alertId: string,
  { deed, note }: Command,
  { principal, ...actor }: AlertActor & { principal: RecordedPrincipal | undefined },
  draft: AlertDraft,
  nowMs: number,
): Result {
  const alert = draft.alert(alertId);
  if (alert === undefined) return { alertId, done: false, refusal: 'unknown_alert' };
  const withNote = (one: Alert): Alert => (note === undefined ? one : { ...one, notes: one.notes + 1 });
  const write = (changed: Alert, entry: AlertAudit['entry']): Result => {
    draft.change(changed);
    draft.addAudit({
      alertId,
      actor: actor.name,
      atMs: nowMs,
      entry: { ...entry, ...(note === undefined ? {} : { note }) },
      ...(principal === undefined ? {} : { principal }),
    });
    return { alertId, done: true, alert: draft.alert(alertId) };
  };
  if (deed.type === 'note') return write(withNote(alert), { action: 'noted' });
  if (deed.type === 'callDuplicate' && !mayPointAt(alert, draft.alert(deed.of))) {
    return { alertId, done: false, refusal: 'bad_duplicate', alert };
  }
  const event = eventOf(deed, actor);
  const moved = transitionAlert(alert, event, nowMs);
  if (!moved.ok) return { alertId, done: false, refusal: moved.reason, alert };
  const after = { ...alert, ...moved.state };
  return write(withNote(after), historyOf(alert, after, event));
}

/** A duplicate must refer to an alert that is not a duplicate itself, so that no circle can arise. */
function mayPointAt(alert: Alert, other: Alert | undefined): boolean {
  return other !== undefined && other.alertId !== alert.alertId && other.state !== 'duplicate';
}

function eventOf(deed: Exclude<Command['deed'], { type: 'note' }>, by: AlertActor): AlertEvent {
  switch (deed.type) {
    case 'acknowledge':
      return { type: 'acknowledged', by };
    case 'dispatch':
      return {
        type: 'dispatched',
        by,
        ...(deed.orderId === undefined ? {} : { orderId: deed.orderId }),
      };
    case 'endOrder':
      return { type: 'orderEnded', by, orderId: deed.orderId };
    case 'resolve':
      return { type: 'resolved', by };
    case 'callFalse':
      return { type: 'calledFalse', by, reason: deed.reason };
    case 'upholdAppeal':
      return { type: 'appealUpheld', by, reason: deed.reason };
    case 'callDuplicate':
      return { type: 'calledDuplicate', by, of: deed.of };
  }
}
