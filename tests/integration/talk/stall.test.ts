import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTalkLog } from '../../../src-sfu/features/talk/talkLog.ts';
import { createTalkService, type TalkService } from '../../../src-sfu/features/talk/talk.service.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { eventually, mediaWorkerBinary } from '../../support/processes.ts';
import { openListener, openSender } from './voiceEnds.ts';

/** Sends Opus 50 times a second from a thread of its own: it goes on while the hub's thread stands still. */
const speech = `
const { parentPort, workerData } = require('node:worker_threads');
const socket = require('node:dgram').createSocket('udp4');
let sequence = 1000;
const timer = setInterval(() => {
  const packet = Buffer.alloc(20);
  packet[0] = 0x80;
  packet[1] = 100;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE((sequence * 960) >>> 0, 4);
  packet.writeUInt32BE(workerData.ssrc, 8);
  sequence += 1;
  socket.send(packet, workerData.port, '127.0.0.1');
}, 20);
parentPort.on('message', () => { clearInterval(timer); socket.close(); parentPort.close(); });
`;

const group = 'squad:wenquan';
const closers: (() => void | Promise<unknown>)[] = [];
let talk: TalkService;
let revoked: string[];
let listener: Awaited<ReturnType<typeof openListener>>;
let speaking: Worker;

beforeAll(async () => {
  process.env.MEDIASOUP_WORKER_BIN = mediaWorkerBinary();
  const logger = createLogger('silent');
  const { startWorkerPool } = await import('../../../src-sfu/media/workerPool.ts');
  const { createVoices } = await import('../../../src-sfu/media/voices.ts');
  const pool = await startWorkerPool({ count: 1, addresses: [{ ip: '127.0.0.1' }], rtcPort: 0, logger });
  closers.push(() => pool.close());
  const nowMs = (): number => Date.now();
  const voices = createVoices({ pool, logger, nowMs });
  const at = await voices.group(group);
  if (at === undefined) throw new Error('the group has no media');
  listener = await openListener(at.worker, at.producerId);
  const sender = await openSender(at.worker, 3_333_333);
  await voices.adopt('ann', sender.producer);
  const repository = {
    load: () => Promise.resolve({ lastTalkId: 0, epochs: new Map<string, number>() }),
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
    revoked: () => Promise.resolve(),
    list: () => Promise.resolve([]),
  };
  talk = createTalkService({
    gates: voices,
    people: {
      squadIds: () => ['wenquan'],
      hasSquad: () => true,
      order: () => undefined,
      ordersOf: () => [],
      hasMember: () => true,
      member: (name) => ({ name, squadId: 'wenquan' }),
    },
    log: createTalkLog({ repository, lastTalkId: 0, logger }),
    epochs: new Map(),
    nowMs,
  });
  closers.push(() => talk.close(), sender.close, listener.close);
  revoked = [];
  talk.joined({
    speakerId: 'ann',
    kind: 'member',
    name: 'ann',
    memberId: 'ann',
    notify: (name) => {
      if (name === 'talk:floorRevoked') revoked.push(name);
    },
  });
  speaking = new Worker(speech, { eval: true, workerData: { port: sender.port, ssrc: 3_333_333 } });
  closers.push(() => speaking.terminate());
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

it('a talker speaks on over a hub that stands still for 2.5 s, and is lost soon after the last packet', async () => {
  expect(talk.request('ann', { groupId: group, press: 1, priority: 'normal' })).toMatchObject({
    data: { state: 'granted' },
  });
  await eventually('the talk is heard', () => listener.received.length > 10);
  for (let count = 0; count < 2; count += 1) {
    const heard = listener.received.length;
    const endMs = performance.now() + 2_500;
    while (performance.now() < endMs);
    await eventually('the talk goes on', () => listener.received.length > heard + 150);
    expect(revoked).toEqual([]);
  }
  speaking.postMessage('stop');
  await eventually('who says nothing any more is lost', () => revoked.length === 1);
});
