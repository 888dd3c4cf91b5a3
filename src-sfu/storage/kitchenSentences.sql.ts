import { soundMs } from '../../src-shared/kitchenTalk/aLaw.ts';
import type { SentenceLanguage } from '../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import type { KitchenSentencesRepository } from '../features/kitchenTalk/kitchenSentences.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';

type SentenceTables = {
  kitchen_sentences: {
    kind_id: string;
    language: SentenceLanguage;
    name: string;
    sound: Uint8Array;
    saved_by: string;
    saved_at_ms: number;
  };
};

/** Sentences for kitchens in the store. */
export function createKitchenSentencesRepository(store: Store): KitchenSentencesRepository {
  return {
    async load() {
      const rows = await store
        .withTables<SentenceTables>()
        .selectFrom('kitchen_sentences')
        .selectAll()
        .orderBy('kind_id')
        .orderBy('language')
        .execute();
      return rows.map((row) => ({
        kindId: row.kind_id,
        language: row.language,
        name: row.name,
        sound: new Uint8Array(row.sound),
        by: row.saved_by,
        savedAtMs: Number(row.saved_at_ms),
      }));
    },
    async save({ kindId, language, name, sound, by, savedAtMs }, { name: actor, principal }) {
      const kept = { name, sound, saved_by: by, saved_at_ms: savedAtMs };
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<SentenceTables>()
          .insertInto('kitchen_sentences')
          .values({ kind_id: kindId, language, ...kept })
          .onConflict((conflict) => conflict.columns(['kind_id', 'language']).doUpdateSet(kept))
          .execute();
        await appendAudit(transaction, {
          atMs: savedAtMs,
          actor,
          action: 'kitchens:saveSentence',
          subject: kindId,
          detail: { language, sentence: name, lengthMs: Math.round(soundMs(sound)) },
          principal,
        });
      });
    },
    async remove({ kindId, language, name }, { name: actor, principal }, atMs) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<SentenceTables>()
          .deleteFrom('kitchen_sentences')
          .where('kind_id', '=', kindId)
          .where('language', '=', language)
          .execute();
        await appendAudit(transaction, {
          atMs,
          actor,
          action: 'kitchens:removeSentence',
          subject: kindId,
          detail: { language, sentence: name },
          principal,
        });
      });
    },
  };
}
