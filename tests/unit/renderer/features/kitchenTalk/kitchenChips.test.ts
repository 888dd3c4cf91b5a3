import { expect, it } from 'vitest';
import { kitchenChips } from '../../../../../src-renderer/features/kitchenTalk/kitchenChips.ts';
import type { KitchenSpeaking } from '../../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';

const talk = (
  siteId: string,
  speakerId: string,
  more: Partial<KitchenSpeaking> = {},
): [string, KitchenSpeaking] => [
  siteId,
  {
    siteId,
    cameraId: `c-${siteId}`,
    speaker: { speakerId, name: `${speakerId} seat` },
    phase: 'speaking',
    ...more,
  },
];
const nobody = { speakerId: 'me', own: undefined, target: undefined };

it('names each kitchen that is spoken into, this desk’s first, and the sentence that is played', () => {
  const speaking = new Map([
    talk('s1', 'ann', { sentence: '请戴好帽子' }),
    talk('s2', 'bob', { phase: 'tone' }),
    talk('s3', 'me'),
  ]);
  expect(kitchenChips({ ...nobody, speaking })).toEqual([
    { siteId: 's3', isOwn: true, by: 'me seat', isWaiting: false },
    { siteId: 's1', isOwn: false, by: 'ann seat', isWaiting: false, sentence: '请戴好帽子' },
    { siteId: 's2', isOwn: false, by: 'bob seat', isWaiting: true },
  ]);
});

it('names the kitchen of the held key before the server has answered, and not twice afterwards', () => {
  const own = { commandId: 'k', cameraId: 'c-s1', phase: 'opening' } as const;
  const held = { ...nobody, own, target: { cameraId: 'c-s1', siteId: 's1' } };
  expect(kitchenChips({ ...held, speaking: new Map() })).toEqual([
    { siteId: 's1', isOwn: true, by: '', isWaiting: true },
  ]);
  expect(kitchenChips({ ...held, speaking: new Map([talk('s1', 'me')]) })).toHaveLength(1);
  expect(kitchenChips({ ...nobody, speaking: new Map() })).toEqual([]);
});
