import type { FindingActor, FindingEvent, FindingStepRefusal } from '../../../src-shared/findings/finding.ts';
import type {
  Finding,
  FindingReview,
  FindingStep,
  FindingWork,
} from '../../../src-shared/findings/findings.protocol.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';

/** What a deed does to a finding: the event, and the line of its history. A note is only a line. */
export interface FindingPlan {
  event: FindingEvent | undefined;
  step: Pick<FindingStep, 'action' | 'words' | 'answer' | 'dateMs'>;
}

/** What is to be written for a deed; `bySupervisor`: of somebody who may step in for others. */
export function planFindingDeed(
  deed: FindingWork | FindingReview,
  by: FindingActor,
  bySupervisor = false,
): FindingPlan {
  switch (deed.type) {
    case 'answer': {
      const { kind, words } = deed.answer;
      const said = words === undefined ? {} : { words };
      const planned = deed.answer.kind === 'plan' ? deed.answer.planAtMs : undefined;
      return {
        event: { type: 'answered', by, kind, words, planAtMs: planned },
        step: {
          action: 'answered',
          answer: kind,
          ...said,
          ...(planned === undefined ? {} : { dateMs: planned }),
        },
      };
    }
    case 'appeal':
      return {
        event: { type: 'appealed', by, reason: deed.reason },
        step: { action: 'appealed', words: deed.reason },
      };
    case 'note':
      return { event: undefined, step: { action: 'noted', words: deed.words } };
    case 'start':
      return { event: { type: 'reviewStarted', by }, step: { action: 'reviewStarted' } };
    case 'close':
      return {
        event: { type: 'closed', by, words: deed.words },
        step: { action: 'closed', ...(deed.words === undefined ? {} : { words: deed.words }) },
      };
    case 'uphold':
      return {
        event: { type: 'upheld', by, reason: deed.reason },
        step: { action: 'upheld', ...(deed.reason === undefined ? {} : { words: deed.reason }) },
      };
    case 'decline':
      return {
        event: { type: 'declined', by, reason: deed.reason },
        step: { action: 'declined', words: deed.reason },
      };
    case 'withdraw':
      return {
        event: { type: 'withdrawn', by, reason: deed.reason, bySupervisor },
        step: { action: 'withdrawn', words: deed.reason },
      };
    case 'sendBack':
    case 'moveDue': {
      const { reason, dueAtMs } = deed;
      const type = deed.type === 'sendBack' ? 'sentBack' : 'dueMoved';
      return {
        event: { type, by, reason, dueAtMs },
        step: { action: type, words: reason, dateMs: dueAtMs },
      };
    }
  }
}

/** Why the machine does not take a deed, as a refusal with its sentence. */
export function refusalOfStep(
  reason: FindingStepRefusal,
  { number, state }: Finding,
  deed: (FindingWork | FindingReview)['type'],
): Ack<never> {
  switch (reason) {
    case 'ended':
      return refuse('conflict', `Finding ${number} is ended already.`, {
        reason: 'findings.already_ended',
        number,
      });
    case 'same_person':
      if (deed === 'withdraw') {
        return refuse(
          'forbidden',
          `Who found ${number} or answered for the site cannot withdraw it. Ask a supervisor.`,
          { reason: 'findings.own_not_withdrawn', number },
        );
      }
      if (deed === 'moveDue') {
        return refuse(
          'forbidden',
          `Who found ${number} or answered for the site cannot move its date. Ask a supervisor.`,
          { reason: 'findings.own_not_moved', number },
        );
      }
      return refuse(
        'forbidden',
        `Who found ${number} or answered for the site cannot review it. Ask somebody else.`,
        { reason: 'findings.same_person', number },
      );
    case 'reviewed_by_another':
      return refuse('conflict', `Somebody else reviews finding ${number}. Take the review over first.`, {
        reason: 'findings.reviewed_by_another',
        number,
      });
    case 'appealed_before':
      return refuse('conflict', `Finding ${number} was appealed before. It can be appealed once.`, {
        reason: 'findings.appealed_before',
        number,
      });
    case 'date_passed':
      return refuse('bad_request', 'This date has passed. Choose a later one.', {
        reason: 'findings.date_passed',
      });
    case 'not_from_here':
    case 'too_early':
      return refuse('conflict', `Finding ${number} is ${state}; this cannot follow.`, {
        reason: 'findings.step_cannot_follow',
        number,
      });
  }
}
