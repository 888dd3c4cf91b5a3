import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { may } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import { squadOfGroup } from '../../../src-shared/talk/memberGroups.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { TalkLog } from './talkLog.ts';
import type { TalkRepository } from './talk.repository.ts';
import type { TalkService } from './talk.service.ts';

type TalkRequestName =
  'talk:requestFloor' | 'talk:confirmFloor' | 'talk:releaseFloor' | 'talk:revokeFloor' | 'talk:readHistory';

export interface TalkHandlersOptions {
  talk: TalkService;
  log: TalkLog;
  repository: TalkRepository;
}

/** Requests about floors and who spoke. */
export function createTalkHandlers(options: TalkHandlersOptions): RequestHandlers<TalkRequestName> {
  const { talk, log, repository } = options;
  return {
    'talk:requestFloor': ({ connectionId, identity }, input) => {
      if (
        input.priority === 'override' &&
        (identity === undefined || !may(identity.principal, 'talk:override'))
      ) {
        return refuse('forbidden', 'Only a supervisor may take the floor from a talker.', {
          reason: 'talk.only_supervisors_override',
        });
      }
      const squadId = squadOfGroup(input.groupId);
      const leads =
        identity !== undefined &&
        squadId !== undefined &&
        may(identity.principal, 'squads:lead', { squadId });
      return talk.request(connectionId, { ...input, priority: leads ? 'lead' : input.priority });
    },
    'talk:confirmFloor': ({ connectionId }, { groupId, epoch }) => talk.confirm(connectionId, groupId, epoch),
    'talk:releaseFloor': ({ connectionId }, { groupId, press }) => talk.release(connectionId, groupId, press),
    'talk:revokeFloor': (context, { groupId, epoch }) => talk.revoke(groupId, epoch, deskName(context)),
    'talk:readHistory': async ({ connectionId, identity }, { groupId, beforeTalkId, limit }) => {
      if (groupId !== undefined && !talk.mayUse(connectionId, groupId)) {
        return refuse('forbidden', `You are not in the talk group ${groupId}.`, {
          reason: 'talk.not_in_group',
        });
      }
      await log.written();
      // A desk of the whole city reads the history of all groups, also of removed squads; other desks only of groups that they
      // may hear now.
      const own =
        identity?.principal.scope.squads === 'all' ? undefined : (talk.snapshot(connectionId)?.floors ?? []);
      const groupIds = groupId === undefined ? own?.map((floor) => floor.groupId) : [groupId];
      return ok({ talks: await repository.list({ groupIds, beforeTalkId, limit }) });
    },
  };
}
