import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import {
  isEmergencyEnded,
  receivedEmergency,
  transitionEmergency,
  type EmergencyEvent,
} from '../../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import type { Roster } from './roster.ts';
import type { SquadsContent, SquadsRepository } from './squads.repository.ts';

/** Emergencies from the first message of a phone to their end at the desk. */
export interface Emergencies {
  /** Those not ended. */
  open(): Emergency[];
  /** A repeat of one that is known changes nothing. */
  raise(memberId: string, input: InputOf<'squads:raiseEmergency'>): Promise<Ack<{ emergency: Emergency }>>;
  /** Something is done to one at the centre. What was done before is answered as it is. */
  work(emergencyId: string, event: EmergencyEvent, actor: string): Promise<Ack<{ emergency: Emergency }>>;
  onChanged(listener: (emergency: Emergency) => void): void;
  /** Told once of each, at once: the microphone opens before anything is written. */
  onRaised(listener: (emergency: Emergency, press: number) => void): void;
}

export interface EmergenciesOptions {
  content: SquadsContent;
  repository: SquadsRepository;
  roster: Roster;
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
  nowMs(): number;
}

/** One member's emergencies that are open at one time: a phone gone mad must not fill the centre's screens. */
const maxOpenOfOne = 3;

export function createEmergencies(options: EmergenciesOptions): Emergencies {
  const { repository, roster, inTurn, nowMs } = options;
  const open = new Map(options.content.emergencies.map((one) => [one.emergencyId, one]));
  const listeners: ((emergency: Emergency) => void)[] = [];
  const raisedListeners: ((emergency: Emergency, press: number) => void)[] = [];
  const tell = (emergency: Emergency): void => {
    if (isEmergencyEnded(emergency.progress)) open.delete(emergency.emergencyId);
    else open.set(emergency.emergencyId, emergency);
    for (const listener of listeners) listener(emergency);
  };

  return {
    open: () => [...open.values()],
    raise: (memberId, { emergencyId, ageMs, place, press }) =>
      inTurn(emergencyId, async () => {
        const known = open.get(emergencyId) ?? (await repository.findEmergency(emergencyId));
        if (known !== undefined) {
          if (known.memberId !== memberId) {
            return refuse('forbidden', 'That emergency is another member’s. Make a new id.');
          }
          return ok({ emergency: known });
        }
        const member = roster.member(memberId);
        if (member === undefined) return refuse('not_found', `There is no member ${memberId}.`);
        const own = [...open.values()].filter((one) => one.memberId === memberId);
        if (own.length >= maxOpenOfOne) {
          return refuse('too_many', 'Your emergencies are with the centre already.');
        }
        const atMs = nowMs();
        const position =
          place === undefined ? member.position : { ...place, atMs: Math.max(0, atMs - ageMs) };
        const emergency: Emergency = {
          emergencyId,
          memberId,
          memberName: member.name,
          squadId: member.squadId,
          raisedAtMs: atMs - ageMs,
          progress: receivedEmergency(atMs),
          ...(position === undefined ? {} : { position }),
        };
        // The centre sees it at once; the phone is answered when it is durable.
        tell(emergency);
        for (const listener of raisedListeners) listener(emergency, press);
        await repository.saveEmergency(emergency, 'squads:raiseEmergency', memberId, atMs);
        return ok({ emergency: open.get(emergencyId) ?? emergency });
      }),
    work: (emergencyId, event, actor) =>
      inTurn(emergencyId, async () => {
        const emergency = open.get(emergencyId) ?? (await repository.findEmergency(emergencyId));
        if (emergency === undefined) return refuse('not_found', `There is no emergency ${emergencyId}.`);
        const step = transitionEmergency(emergency.progress, event, nowMs());
        if (!step.ok) {
          if (event.type === 'shown') return ok({ emergency });
          return step.reason === 'too_early'
            ? refuse('conflict', 'Nobody took this emergency yet. Acknowledge it first.')
            : refuse('conflict', `This emergency is ${emergency.progress.state} already.`);
        }
        const next = { ...emergency, progress: step.state };
        await repository.saveEmergency(next, `squads:emergency.${event.type}`, actor, nowMs());
        tell(next);
        return ok({ emergency: next });
      }),
    onChanged: (listener) => void listeners.push(listener),
    onRaised: (listener) => void raisedListeners.push(listener),
  };
}
