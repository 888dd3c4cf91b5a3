import type { RequestHandlers } from '../../signaling/handlers.ts';
import { deskName } from '../../base/deskName.ts';
import { refuse } from '../../../src-shared/protocol/define.ts';
import type { TimelineSubject } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { TimelineService } from './timeline.service.ts';

/** Requests about timelines. */
export function createTimelineHandlers(
  timeline: Pick<TimelineService, 'read'>,
  /** Writes into the audit log that somebody opened a timeline. */
  opened: (actor: string, subject: TimelineSubject) => Promise<void>,
): RequestHandlers<'timeline:read'> {
  return {
    async 'timeline:read'(context, input) {
      const { identity } = context;
      if (identity === undefined) {
        return refuse('not_joined', 'This page has not joined.', { reason: 'session.not_joined' });
      }
      const answer = await timeline.read(input, identity.principal);
      if (answer.ok && input.page === undefined) await opened(deskName(context), input.subject);
      return answer;
    },
  };
}
