import { soundMs } from '../../../src-shared/kitchenTalk/aLaw.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { SentenceActor } from './kitchenSentences.repository.ts';
import { noSuchSentence, type KitchenSentencesService } from './kitchenSentences.service.ts';
import type { KitchenTalkService, Speaker } from './kitchenTalk.service.ts';

export type KitchenTalkRequestName = Extract<keyof RequestHandlers, `kitchenTalk:${string}`>;

export function createKitchenTalkHandlers(
  talk: KitchenTalkService,
  sentences: KitchenSentencesService,
  speakerIdOf: (connectionId: string) => string,
): RequestHandlers<Exclude<KitchenTalkRequestName, 'kitchenTalk:produceVoice'>> {
  const speaker = (context: SurfaceContext): Speaker => ({
    speakerId: speakerIdOf(context.connectionId),
    name: deskName(context),
    connectionId: context.connectionId,
    principal: context.identity?.principal ?? null,
  });
  const actor = (context: SurfaceContext): SentenceActor => ({
    name: deskName(context),
    principal: context.identity?.principal ?? null,
  });
  return {
    'kitchenTalk:listSentences': () => ok(sentences.list()),
    'kitchenTalk:readSentence'(_context, key) {
      const sentence = sentences.find(key);
      if (sentence === undefined) return noSuchSentence();
      return ok({ sound: Buffer.from(sentence.sound).toString('base64') });
    },
    'kitchenTalk:saveSentence': (context, input) => sentences.save(actor(context), input),
    'kitchenTalk:removeSentence': (context, key) => sentences.remove(actor(context), key),
    async 'kitchenTalk:play'(context, { commandId, cameraId, ...key }) {
      const sentence = sentences.find(key);
      if (sentence === undefined) return noSuchSentence();
      const { name, sound } = sentence;
      const how = { takesOver: false, sentence: { name, sound } };
      const answer = await talk.begin(speaker(context), { commandId, cameraId }, how);
      return answer.ok ? ok({ ...answer.data, lengthMs: Math.round(soundMs(sound)) }) : answer;
    },
    'kitchenTalk:read': async ({ connectionId }, { cameraId }) =>
      ok({ ...(await talk.read(cameraId)), speakerId: speakerIdOf(connectionId) }),
    'kitchenTalk:begin': (context, command) => talk.begin(speaker(context), command, { takesOver: false }),
    'kitchenTalk:takeOver': (context, command) => talk.begin(speaker(context), command, { takesOver: true }),
    'kitchenTalk:keep': ({ connectionId }, command) => talk.keep(speakerIdOf(connectionId), command),
    'kitchenTalk:end': ({ connectionId }, command) => talk.end(speakerIdOf(connectionId), command),
  };
}
