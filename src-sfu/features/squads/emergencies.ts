import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import {
  emergencyStates,
  isEmergencyEnded,
  receivedEmergency,
  transitionEmergency,
  type EmergencyEvent,
} from '../../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import { recordedPrincipal } from '../../base/asking.ts';
import { noSpool, type Spool } from '../../base/spool.ts';
import type { Logger } from '../../logger.ts';
import { createEmergencyRecorder, emergencySpoolKind } from './emergencyRecorder.ts';
import type { Roster } from './roster.ts';
import type { EmergencyStep, SquadsContent, SquadsRepository } from './squads.repository.ts';

/** Emergencies (SOS) from the first message of a phone until a desk closes them. */
export interface Emergencies {
  /** The emergencies that have not ended, and those whose end is not stored yet. */
  open(): Emergency[];
  /**
   * A repeated report changes nothing. The answer waits a moment for the database; `isNotStoredYet` means that the phone must
   * keep its own copy.
   */
  raise(memberId: string, input: InputOf<'squads:raiseEmergency'>): Promise<Ack<{ emergency: Emergency }>>;
  /** An officer works on an emergency. A step that was done before is answered with the present state. */
  work(emergencyId: string, event: EmergencyEvent, actor: string): Promise<Ack<{ emergency: Emergency }>>;
  onChanged(listener: (emergency: Emergency) => void): void;
  /** Called once for each emergency, at once: the microphone opens before anything is written. */
  onRaised(listener: (emergency: Emergency, press: number) => void): void;
  /** Tries once more to store the steps that are not stored. */
  close(): Promise<void>;
}

export interface EmergenciesOptions {
  content: SquadsContent;
  repository: SquadsRepository;
  /** Left out: what is not stored does not survive the end of the hub. */
  spool?: Spool | undefined;
  roster: Roster;
  logger: Logger;
  nowMs(): number;
}

/** The number of open emergencies of one member, so that a faulty phone cannot fill the screens of the command centre. */
const maxOpenOfOne = 3;
/** The number of ended emergencies that are kept in memory, so that a late repeat is recognised without the store. */
const maxEnded = 1_000;
/** How long an answer waits for the store; a phone repeats after a second. Milliseconds. */
const storePatienceMs = 400;

export function createEmergencies(options: EmergenciesOptions): Emergencies {
  const { repository, spool = noSpool, roster, logger, nowMs } = options;
  const open = new Map(options.content.emergencies.map((one) => [one.emergencyId, one]));
  const ended = new Map(options.content.endedEmergencies.map((one) => [one.emergencyId, one]));
  const changed = createListeners<[emergency: Emergency]>();
  const raised = createListeners<[emergency: Emergency, press: number]>();

  const recorder = createEmergencyRecorder({
    repository,
    spool,
    logger,
    onStored(emergencyId, before) {
      const emergency = before ?? open.get(emergencyId);
      if (emergency === undefined) return;
      const { isNotStoredYet: _stored, ...stored } = emergency;
      notify(stored);
    },
  });

  /** Remembers an emergency and notifies the listeners. When one listener fails, the others are still called. */
  const notify = (emergency: Emergency): void => {
    const { emergencyId } = emergency;
    if (isEmergencyEnded(emergency.progress) && emergency.isNotStoredYet !== true) {
      open.delete(emergencyId);
      ended.set(emergencyId, emergency);
      const [oldest] = ended.keys();
      if (ended.size > maxEnded && oldest !== undefined) ended.delete(oldest);
    } else open.set(emergencyId, emergency);
    changed.notify(emergency);
  };
  const safely = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      logger.error(
        { err: error },
        'a part of the hub failed while it handled an SOS; the SOS itself is in effect',
      );
    }
  };
  const knownOne = (emergencyId: string): Emergency | undefined =>
    open.get(emergencyId) ?? ended.get(emergencyId);

  /** Shows a step everywhere, then stores it. The answer is sent when it is stored, or after a moment without that. */
  const take = async (
    emergency: Emergency,
    step: { action: string; actor: string; atMs: number },
    press?: number,
  ): Promise<Ack<{ emergency: Emergency }>> => {
    const { emergencyId } = emergency;
    const shown = { ...emergency, isNotStoredYet: true };
    notify(shown);
    if (press !== undefined) raised.notify(shown, press);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, storePatienceMs);
    });
    const { isNotStoredYet: _stored, ...record } = emergency;
    await Promise.race([
      recorder.record({ emergency: record, ...step, principal: recordedPrincipal() }),
      patience,
    ]);
    clearTimeout(timer);
    if (recorder.isWaiting(emergencyId)) await recorder.keep(emergencyId);
    return ok({ emergency: knownOne(emergencyId) ?? shown });
  };

  // What the hub before this one could not store holds from now on, and is written at once.
  const left = spool.left(emergencySpoolKind);
  for (const { value } of left) {
    const { emergency } = value as EmergencyStep;
    const known = knownOne(emergency.emergencyId);
    const isKnown = known !== undefined && rankOf(known) >= rankOf(emergency);
    if (!isKnown) open.set(emergency.emergencyId, { ...emergency, isNotStoredYet: true });
  }
  recorder.replay(left);

  return {
    open: () => [...open.values()],
    async raise(memberId, { emergencyId, ageMs, place, press }) {
      const known = knownOne(emergencyId);
      if (known !== undefined) {
        if (known.memberId !== memberId) {
          return refuse('forbidden', 'That emergency is another member’s. Make a new id.', {
            reason: 'squads.emergency_of_another',
          });
        }
        return ok({ emergency: known });
      }
      const member = roster.member(memberId);
      if (member === undefined)
        return refuse('not_found', `There is no member ${memberId}.`, { reason: 'squads.no_such_member' });
      const own = [...open.values()].filter(
        (one) => one.memberId === memberId && !isEmergencyEnded(one.progress),
      );
      if (own.length >= maxOpenOfOne) {
        return refuse('too_many', 'Your emergencies are with the centre already.', {
          reason: 'squads.too_many_emergencies',
        });
      }
      const atMs = nowMs();
      const position = place === undefined ? member.position : { ...place, atMs: Math.max(0, atMs - ageMs) };
      const emergency: Emergency = {
        emergencyId,
        memberId,
        memberName: member.name,
        squadId: member.squadId,
        raisedAtMs: atMs - ageMs,
        progress: receivedEmergency(atMs),
        ...(position === undefined ? {} : { position }),
      };
      return take(emergency, { action: 'squads:raiseEmergency', actor: memberId, atMs }, press);
    },
    async work(emergencyId, event, actor) {
      const emergency =
        knownOne(emergencyId) ?? (await repository.findEmergency(emergencyId).catch(() => undefined));
      if (emergency === undefined)
        return refuse('not_found', `There is no emergency ${emergencyId}.`, {
          reason: 'squads.no_such_emergency',
        });
      const atMs = nowMs();
      const step = transitionEmergency(emergency.progress, event, atMs);
      if (!step.ok) {
        if (event.type === 'shown') return ok({ emergency });
        return step.reason === 'too_early'
          ? refuse('conflict', 'Nobody acknowledged this emergency yet. Acknowledge it first.', {
              reason: 'squads.emergency_not_acknowledged',
            })
          : refuse('conflict', `This emergency is ${emergency.progress.state} already.`, {
              reason:
                emergency.progress.state === 'acknowledged'
                  ? 'squads.emergency_already_acknowledged'
                  : 'squads.emergency_already_ended',
            });
      }
      const action = `squads:emergency.${event.type}`;
      return take({ ...emergency, progress: step.state }, { action, actor, atMs });
    },
    onChanged: (listener) => changed.add((emergency) => safely(() => listener(emergency))),
    onRaised: (listener) => raised.add((emergency, press) => safely(() => listener(emergency, press))),
    close: () => recorder.close(),
  };
}

/** States follow one another in the order of their list. */
function rankOf({ progress }: Emergency): number {
  return emergencyStates.indexOf(progress.state);
}
