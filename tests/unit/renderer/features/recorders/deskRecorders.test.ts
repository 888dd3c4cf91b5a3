import { expect, it } from 'vitest';
import { createDeskRecorders } from '../../../../../src-renderer/features/recorders/deskRecorders.ts';
import { requests } from '../../../../../src-shared/protocol/index.ts';
import type { InputOf } from '../../../../../src-shared/protocol/index.ts';
import {
  maxMatches,
  type Recorder,
  type RecorderChannel,
} from '../../../../../src-shared/recorders/recorders.protocol.ts';

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

it('exports messages under what is known of the recorder: one file is all that a helper on the telephone has', async () => {
  const files: Blob[] = [];
  const recorder: Recorder = {
    recorderId,
    name: '实验小学后厨',
    isOnline: false,
    sinceMs: 0,
    address: '10.77.0.9:5060',
    mediaWay: 'tcpPassive',
    subStream: 'streamprofile',
    voice: 'talk',
    setsClock: true,
    asksSha256: false,
    alertsOnMotion: false,
    lastProblem: { atMs: 60_000, problem: 'busy', status: 486 },
    announcedItems: 2,
    receivedItems: 1,
    channels: 1,
    matched: 0,
  };
  const answers: Record<string, object> = {
    'recorders:list': { recorders: [recorder], waiting: [] },
    'recorders:readTrace': {
      messages: [
        {
          atMs: 1_000,
          direction: 'received',
          peer: 'udp 10.77.0.9:5060',
          text: 'REGISTER sip:a SIP/2.0',
          count: 1,
        },
      ],
    },
    'recorders:readChannels': { channels: [{ ...channel(1), isOn: true }], total: 1 },
  };
  const actions = createDeskRecorders({
    saveFile: (file) => files.push(file),
    request: (name) => Promise.resolve({ ok: true, data: answers[name] } as never),
  });
  await actions.read();
  await actions.show({ kind: 'trace', recorderId });
  await actions.exportTrace(recorderId);
  const text = (await files[0]?.text()) ?? '';
  for (const part of [
    `recorderId: ${recorderId}\r\n`,
    'name: 实验小学后厨\r\n',
    'lastHeard: 1970-01-01T00:00:00.000Z\r\n',
    'subStream: streamprofile\r\n',
    'voice: talk\r\n',
    'lastProblem: busy 486 1970-01-01T00:01:00.000Z\r\n',
    'items: 1 of 2\r\n',
    `channel: ${channel(1).channelId} on Kitchen 1\r\n`,
    '<<< 1970-01-01T00:00:01.000Z udp 10.77.0.9:5060\r\nREGISTER sip:a SIP/2.0',
  ])
    expect(text).toContain(part);
});
