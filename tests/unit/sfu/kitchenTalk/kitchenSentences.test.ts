import { expect, it, vi } from 'vitest';
import { createKitchenSentencesService } from '../../../../src-sfu/features/kitchenTalk/kitchenSentences.service.ts';
import type {
  KitchenSentencesRepository,
  StoredSentence,
} from '../../../../src-sfu/features/kitchenTalk/kitchenSentences.repository.ts';
import { longestSentenceBytes } from '../../../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import { requests } from '../../../../src-shared/protocol/index.ts';

const ann = { name: 'Ann', principal: null };
const soundOf = (bytes: number): string => Buffer.alloc(bytes, 0x55).toString('base64');
const hat = { kindId: 'no_hat', language: 'zh', name: '请戴好帽子', sound: soundOf(8_000) } as const;

async function stage(stored: StoredSentence[] = []) {
  const written: string[] = [];
  let isFull = false;
  const repository: KitchenSentencesRepository = {
    load: () => Promise.resolve(stored),
    save({ name }) {
      if (isFull) return Promise.reject(new Error('The disk is full.'));
      written.push(`save ${name}`);
      return Promise.resolve();
    },
    remove({ name }) {
      written.push(`remove ${name}`);
      return Promise.resolve();
    },
  };
  const service = await createKitchenSentencesService({
    repository,
    hasKind: (kindId) => kindId === 'no_hat',
    nowMs: () => 1_000,
  });
  const changed = vi.fn();
  service.onChanged(changed);
  return { service, written, changed, fill: () => (isFull = true) };
}

it('a sentence is listed without its sound once it is kept, takes the place of the one before, and is removed once', async () => {
  const { service, written, changed } = await stage();
  const listed = {
    kindId: 'no_hat',
    language: 'zh',
    name: '请戴好帽子',
    lengthMs: 1_000,
    by: 'Ann',
    savedAtMs: 1_000,
  };
  expect(await service.save(ann, hat)).toEqual({ ok: true, data: { sentences: [listed] } });
  await service.save(ann, { ...hat, name: '帽子' });
  expect(service.list().sentences).toEqual([{ ...listed, name: '帽子' }]);
  expect(service.find(hat)?.sound).toHaveLength(8_000);
  expect(service.find({ ...hat, language: 'en' })).toBeUndefined();
  await service.remove(ann, hat);
  expect(await service.remove(ann, hat)).toEqual({ ok: true, data: { sentences: [] } });
  expect(written).toEqual(['save 请戴好帽子', 'save 帽子', 'remove 帽子']);
  expect(changed).toHaveBeenCalledTimes(3);
});

it('what the store does not take, or of a kind that does not exist, changes nothing', async () => {
  const { service, fill, changed } = await stage();
  expect(await service.save(ann, { ...hat, kindId: 'unknown' })).toMatchObject({
    reason: 'kitchenTalk.no_such_kind',
  });
  expect(await service.save(ann, { ...hat, sound: soundOf(longestSentenceBytes + 1) })).toMatchObject({
    reason: 'kitchenTalk.bad_sound',
  });
  fill();
  await expect(service.save(ann, hat)).rejects.toThrow('The disk is full.');
  expect(service.list().sentences).toEqual([]);
  expect(changed).not.toHaveBeenCalled();
});

it.each([
  ['no sound', { sound: '' }],
  ['more than the longest', { sound: soundOf(longestSentenceBytes + 3) }],
  ['no base64', { sound: 'not base64!!' }],
  ['half a character of base64', { sound: 'AAAAA' }],
  ['a name with NUL', { name: '帽\u0000子' }],
  ['no name', { name: '  ' }],
  ['a long name', { name: '帽'.repeat(31) }],
  ['another language', { language: 'fr' }],
  ['no id of a kind', { kindId: '../no_hat' }],
])('a sentence with %s is not understood', (_what, wrong) => {
  const { input } = requests['kitchenTalk:saveSentence'];
  expect(input.safeParse(hat).success).toBe(true);
  expect(input.safeParse({ ...hat, sound: soundOf(longestSentenceBytes) }).success).toBe(true);
  expect(input.safeParse({ ...hat, ...wrong }).success).toBe(false);
});
