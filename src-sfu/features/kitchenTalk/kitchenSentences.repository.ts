import type { SentenceLanguage } from '../../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';

/** Which sentence. */
export interface SentenceKey {
  kindId: string;
  language: SentenceLanguage;
}

/** A sentence with its sound: G.711 A-law at 8 kHz. */
export interface StoredSentence extends SentenceKey {
  name: string;
  sound: Uint8Array;
  /** For people. */
  by: string;
  savedAtMs: number;
}

/** Who did it, for the audit log. */
export interface SentenceActor {
  name: string;
  principal: object | null;
}

/** Sentences for kitchens, with their entries of the audit log. What resolved is durable. */
export interface KitchenSentencesRepository {
  load(): Promise<StoredSentence[]>;
  save(sentence: StoredSentence, actor: SentenceActor): Promise<void>;
  remove(sentence: StoredSentence, actor: SentenceActor, atMs: number): Promise<void>;
}
