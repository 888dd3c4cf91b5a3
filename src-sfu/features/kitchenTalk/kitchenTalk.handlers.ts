import { ok } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { KitchenTalkService, Speaker } from './kitchenTalk.service.ts';

export type KitchenTalkRequestName = Extract<keyof RequestHandlers, `kitchenTalk:${string}`>;

export function createKitchenTalkHandlers(
  talk: KitchenTalkService,
  speakerIdOf: (connectionId: string) => string,
): RequestHandlers<Exclude<KitchenTalkRequestName, 'kitchenTalk:produceVoice'>> {
  const speaker = (context: SurfaceContext): Speaker => ({
    speakerId: speakerIdOf(context.connectionId),
    name: deskName(context),
    connectionId: context.connectionId,
    principal: context.identity?.principal ?? null,
  });
  return {
    'kitchenTalk:read': async ({ connectionId }, { cameraId }) =>
      ok({ ...(await talk.read(cameraId)), speakerId: speakerIdOf(connectionId) }),
    'kitchenTalk:begin': (context, command) => talk.begin(speaker(context), command, { takesOver: false }),
    'kitchenTalk:takeOver': (context, command) => talk.begin(speaker(context), command, { takesOver: true }),
    'kitchenTalk:keep': ({ connectionId }, command) => talk.keep(speakerIdOf(connectionId), command),
    'kitchenTalk:end': ({ connectionId }, command) => talk.end(speakerIdOf(connectionId), command),
  };
}
