import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  createDeskSentences,
  sentenceFor,
} from '../../../../../src-renderer/features/kitchenTalk/deskSentences.ts';
import { soundOf } from '../../../../../src-renderer/media/sentenceRecorder.ts';
import {
  longestSentenceBytes,
  longestSentenceSeconds,
} from '../../../../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import type { NoticeOf } from '../../../../../src-shared/protocol/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const hat = {
  kindId: 'no_hat',
  language: 'zh',
  name: '请戴好帽子',
  lengthMs: 1_000,
  by: 'Ann',
  savedAtMs: 0,
} as const;

function stage(answer: object = { ok: true, data: { toneMs: 360, lengthMs: 1_000, sentences: [hat] } }) {
  const sent: [string, object][] = [];
  const played: (number[] | string)[] = [];
  const recorder = { stop: vi.fn(() => Promise.resolve(new Uint8Array([1, 2, 3]))), cancel: vi.fn() };
  const sentences = createDeskSentences({
    request(name, input) {
      sent.push([name, input]);
      return Promise.resolve(answer as never);
    },
    maySpeak: () => true,
    recordSentence: () => Promise.resolve(recorder),
    playSentence(sound) {
      played.push([...sound]);
      return () => void played.push('hushed');
    },
    newId: () => 'k',
  });
  const changed = (rest: object) =>
    sentences.talkChanged({ siteId: 's', ...rest } as NoticeOf<'kitchenTalk:changed'>);
  return { sentences, sent, played, recorder, changed, state: () => sentences.store.getState() };
}

it('a sentence is said until the hub says that it was said whole, or until it is stopped', async () => {
  const { sentences, sent, changed, state } = stage();
  const playing = sentences.play('c', hat);
  expect(state().playing).toMatchObject({ isHeard: false });
  await playing;
  expect(state().playing).toMatchObject({ isHeard: true });
  await sentences.play('other', hat);
  changed({ ended: { commandId: 'k', speakerId: 'a', end: 'played' } });
  expect(state()).toMatchObject({ playing: undefined, played: { cameraId: 'c' }, playProblem: undefined });
  await sentences.play('c', hat);
  sentences.stopPlaying();
  expect(sent.map(([name]) => name)).toEqual(['kitchenTalk:play', 'kitchenTalk:play', 'kitchenTalk:end']);
  await sentences.play('c', hat);
  changed({ ended: { commandId: 'k', speakerId: 'a', end: 'taken', by: 'Bob' } });
  expect(state().playProblem).toEqual({ reason: 'kitchenTalk.busy', parameters: { by: 'Bob' } });
});

it('a recording ends by itself when its time is over, is stored in base64, and is forgotten', async () => {
  const { sentences, sent, state } = stage();
  await sentences.record();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(state().recording).toEqual({ secondsLeft: longestSentenceSeconds - 2 });
  await vi.advanceTimersByTimeAsync((longestSentenceSeconds - 2) * 1_000);
  expect(state()).toMatchObject({ recording: undefined, recorded: new Uint8Array([1, 2, 3]) });
  expect(await sentences.save({ kindId: 'no_hat', language: 'zh', name: '请戴好帽子' })).toBe(true);
  expect(sent).toEqual([
    ['kitchenTalk:saveSentence', { kindId: 'no_hat', language: 'zh', name: '请戴好帽子', sound: 'AQID' }],
  ]);
  expect(state()).toMatchObject({ recorded: undefined, sentences: [hat] });
});

it('a stored sentence is heard at the desk, one at a time, and not by who began to record meanwhile', async () => {
  const { sentences, sent, played } = stage({ ok: true, data: { sound: 'AQL/' } });
  await sentences.hear(hat);
  expect(sent).toEqual([['kitchenTalk:readSentence', { kindId: 'no_hat', language: 'zh' }]]);
  await sentences.hear(hat);
  expect(played).toEqual([[1, 2, 255], 'hushed', [1, 2, 255]]);
  const late = sentences.hear(hat);
  await sentences.record();
  await late;
  expect(played.filter((one) => typeof one === 'object')).toHaveLength(2);
});

it('who goes to another page records no longer', async () => {
  const { sentences, recorder, state } = stage();
  await sentences.record();
  sentences.putAway();
  expect(recorder.cancel).toHaveBeenCalledOnce();
  expect(state().recording).toBeUndefined();
});

it('the sentence in the language of the desk is taken, else the other one', () => {
  const english = { ...hat, language: 'en', name: 'Please wear your hat' } as const;
  expect(sentenceFor([hat, english], 'no_hat', 'en')).toBe(english);
  expect(sentenceFor([english, hat], 'no_hat', 'zh-CN')).toBe(hat);
  expect(sentenceFor([hat], 'no_hat', 'en')).toBe(hat);
  expect(sentenceFor([hat], 'no_mask', 'zh-CN')).toBeUndefined();
});

it('what is too short or silent is no sentence, and what is too long is cut', () => {
  const speech = (samples: number) =>
    Float32Array.from({ length: samples }, (_unused, at) => Math.sin(at) / 4);
  expect(soundOf(speech(1_000))).toBeUndefined();
  expect(soundOf(new Float32Array(20_000))).toBeUndefined();
  expect(soundOf(speech(20_000))).toHaveLength(20_000);
  expect(soundOf(speech(200_000))).toHaveLength(longestSentenceBytes);
});
