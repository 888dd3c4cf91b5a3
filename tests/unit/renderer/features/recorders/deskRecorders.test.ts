import { expect, it } from 'vitest';
import { createDeskRecorders } from '../../../../../src-renderer/features/recorders/deskRecorders.ts';
import { requests } from '../../../../../src-shared/protocol/index.ts';
import type { InputOf } from '../../../../../src-shared/protocol/index.ts';
import { maxMatches, type RecorderChannel } from '../../../../../src-shared/recorders/recorders.protocol.ts';

const recorderId = '42120000001180000001';
const channel = (number: number): RecorderChannel => ({
  recorderId,
  recorderName: 'School',
  channelId: `4212000000132${String(number).padStart(7, '0')}`,
  name: `Kitchen ${number}`,
  isMissing: false,
  suggestion: { cameraId: `camera-${number}`, score: 1, isCertain: true },
});

/** A desk whose hub takes what the protocol allows, and refuses the piece with this number. */
function desk(refusedPiece?: number) {
  const pieces: InputOf<'recorders:match'>['matches'][] = [];
  const actions = createDeskRecorders({
    saveFile: () => undefined,
    request: (name, input) => {
      const answer = (data: object) => Promise.resolve({ ok: true, data } as never);
      if (name !== 'recorders:match') return answer({ channels: [], total: 0, recorders: [], waiting: [] });
      const { matches } = requests['recorders:match'].input.parse(input);
      pieces.push(matches);
      if (pieces.length - 1 !== refusedPiece) return answer({ matched: matches.length });
      return Promise.resolve({
        ok: false,
        code: 'conflict',
        reason: 'recorders.channel_used',
        parameters: { camera: 'x' },
        message: '',
      } as never);
    },
  });
  return { actions, pieces };
}

it('confirms more channels than one request may have, in pieces', async () => {
  const { actions, pieces } = desk();
  const channels = Array.from({ length: 2 * maxMatches + 1 }, (_, number) => channel(number));
  await actions.match(channels);
  expect(pieces.map((piece) => piece.length)).toEqual([maxMatches, maxMatches, 1]);
  expect(actions.store.getState()).toMatchObject({
    done: { kind: 'matched', count: channels.length },
    problem: undefined,
    isBusy: false,
  });
});

it('says what was refused beside what was done before, and keeps what a person had chosen for the rest', async () => {
  const { actions } = desk(1);
  const channels = Array.from({ length: maxMatches + 2 }, (_, number) => channel(number));
  for (const one of channels) actions.choose(one, 'chosen');
  await actions.match(channels);
  const { done, problem, chosen } = actions.store.getState();
  expect(done).toEqual({ kind: 'matched', count: maxMatches });
  expect(problem).toMatchObject({ reason: 'recorders.channel_used' });
  expect(chosen.size).toBe(2);
});
