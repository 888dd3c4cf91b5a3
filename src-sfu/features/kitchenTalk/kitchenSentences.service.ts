import { soundMs } from '../../../src-shared/kitchenTalk/aLaw.ts';
import {
  longestSentenceBytes,
  type KitchenSentence,
} from '../../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type {
  KitchenSentencesRepository,
  SentenceActor,
  SentenceKey,
  StoredSentence,
} from './kitchenSentences.repository.ts';

type Listed = OutputOf<'kitchenTalk:listSentences'>;

/** The sentences that the hub can say into kitchens. */
export interface KitchenSentencesService {
  list(): Listed;
  find(key: SentenceKey): StoredSentence | undefined;
  save(actor: SentenceActor, input: InputOf<'kitchenTalk:saveSentence'>): Promise<Ack<Listed>>;
  remove(actor: SentenceActor, key: SentenceKey): Promise<Ack<Listed>>;
  onChanged(listener: (listed: Listed) => void): void;
}

/** Reads what is stored. One for each kind of alert and language, so that there are never many. */
export async function createKitchenSentencesService(options: {
  repository: KitchenSentencesRepository;
  hasKind(kindId: string): boolean;
  nowMs(): number;
}): Promise<KitchenSentencesService> {
  const { repository, hasKind, nowMs } = options;
  const keyOf = ({ kindId, language }: SentenceKey): string => `${kindId} ${language}`;
  const stored = new Map((await repository.load()).map((sentence) => [keyOf(sentence), sentence]));
  const changed = createListeners<[Listed]>();
  const list = (): Listed => ({ sentences: [...stored.values()].map(shown) });
  // One after the other, so that what is held here is what the store holds.
  let work: Promise<unknown> = Promise.resolve();
  const next = (step: () => Promise<Ack<Listed>>): Promise<Ack<Listed>> => {
    const result = work.then(step);
    work = result.catch(() => undefined);
    return result;
  };
  const changedNow = (): Ack<Listed> => {
    const listed = list();
    changed.notify(listed);
    return ok(listed);
  };
  return {
    list,
    find: (key) => stored.get(keyOf(key)),
    save(actor, { kindId, language, name, sound: encoded }) {
      const sound = new Uint8Array(Buffer.from(encoded, 'base64'));
      return next(async () => {
        if (sound.length === 0 || sound.length > longestSentenceBytes)
          return refuse('bad_request', 'The sentence is empty or too long.', {
            reason: 'kitchenTalk.bad_sound',
          });
        if (!hasKind(kindId))
          return refuse('not_found', 'There is no such alert type.', { reason: 'kitchenTalk.no_such_kind' });
        const sentence = { kindId, language, name, sound, by: actor.name, savedAtMs: nowMs() };
        await repository.save(sentence, actor);
        stored.set(keyOf(sentence), sentence);
        return changedNow();
      });
    },
    remove: (actor, key) =>
      next(async () => {
        const sentence = stored.get(keyOf(key));
        // Said twice, or gone already.
        if (sentence === undefined) return ok(list());
        await repository.remove(sentence, actor, nowMs());
        stored.delete(keyOf(key));
        return changedNow();
      }),
    onChanged: (listener) => void changed.add(listener),
  };
}

function shown({ sound, ...sentence }: StoredSentence): KitchenSentence {
  return { ...sentence, lengthMs: Math.round(soundMs(sound)) };
}

/** Answers a press for a sentence that is not stored. */
export function noSuchSentence(): Ack<never> {
  return refuse('not_found', 'No sentence is stored for this alert type.', {
    reason: 'kitchenTalk.no_such_sentence',
  });
}
