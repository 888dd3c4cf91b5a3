import { z } from 'zod';
import { alertKindIdSchema } from '../alerts/alertKinds.ts';
import { notice, request } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';
import { samplesPerSecond } from './aLaw.ts';

const identifier = z.string().min(1).max(64);

/** So long is a sentence at most, so that it fits into one message. Seconds. */
export const longestSentenceSeconds = 12;
/** Bytes of the longest sentence. */
export const longestSentenceBytes = longestSentenceSeconds * samplesPerSecond;

/** The languages that cooks are spoken to in. */
export const sentenceLanguages = ['zh', 'en'] as const;
export type SentenceLanguage = (typeof sentenceLanguages)[number];

const key = { kindId: alertKindIdSchema, language: z.enum(sentenceLanguages) };
const sentenceKeySchema = z.object(key);

/** The sentence that is spoken into a kitchen where an alert of this kind came, such as `请戴好帽子`. One for each kind and language. */
export const kitchenSentenceSchema = z.object({
  ...key,
  name: z.string(),
  /** Milliseconds. */
  lengthMs: z.number(),
  /** Who recorded it, for people. */
  by: z.string(),
  savedAtMs: z.number(),
});
export type KitchenSentence = z.output<typeof kitchenSentenceSchema>;

const sentences = z.object({ sentences: z.array(kitchenSentenceSchema) });

export const sentenceRequests = {
  'kitchenTalk:listSentences': request({
    capability: 'kitchens:speak',
    scope: 'any',
    input: z.object({}),
    output: sentences,
  }),
  /** A stored sentence, to be heard at the desk. `sound`: as it was saved. */
  'kitchenTalk:readSentence': request({
    capability: 'kitchens:speak',
    scope: 'any',
    input: sentenceKeySchema,
    output: z.object({ sound: z.string() }),
  }),
  /** Stores a sentence, in place of the one of the same kind and language. `sound`: G.711 A-law at 8 kHz in base64. */
  'kitchenTalk:saveSentence': request({
    capability: 'alerts:manage',
    scope: 'city',
    input: z.object({
      ...key,
      name: storableText.trim().min(1).max(30),
      sound: z
        .base64()
        .min(4)
        .max(Math.ceil(longestSentenceBytes / 3) * 4),
    }),
    output: sentences,
  }),
  'kitchenTalk:removeSentence': request({
    capability: 'alerts:manage',
    scope: 'city',
    needs: 'step_up',
    input: sentenceKeySchema,
    output: sentences,
  }),
  /**
   * The hub says the stored sentence into the camera's kitchen: the tone, then the sentence, and it ends by itself. Answers once the camera has
   * accepted and the tone sounds. `kitchenTalk:end` with the same `commandId` ends it before.
   */
  'kitchenTalk:play': request({
    capability: 'kitchens:speak',
    input: z.object({ commandId: identifier, cameraId: identifier, ...key }),
    output: z.object({ toneMs: z.number(), lengthMs: z.number() }),
  }),
};

export const sentenceNotices = {
  /** A sentence was stored or removed. */
  'kitchenTalk:sentencesChanged': notice(sentences, { to: 'holders', capability: 'kitchens:speak' }),
};
