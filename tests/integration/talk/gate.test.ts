import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../src-sfu/logger.ts';
import type { Voices } from '../../../src-sfu/media/voices.ts';
import type { MediaWorker, WorkerPool } from '../../../src-sfu/media/workerPool.ts';
import { eventually, mediaWorkerBinary } from '../../support/processes.ts';
import { openListener, openSender, type Listener, type Sender } from './voiceEnds.ts';

/** Packets counted at a listener of the real worker: what the gate lets through, whatever a client sends. */
describe('the gate of the floor', () => {
  const group = 'squad:wenquan';
  let pool: WorkerPool;
  let voices: Voices;
  let worker: MediaWorker;
  let ann: Sender;
  let bo: Sender;
  let listener: Listener;
  const closers: (() => void)[] = [];

  beforeAll(async () => {
    process.env.MEDIASOUP_WORKER_BIN = mediaWorkerBinary();
    const logger = createLogger('silent');
    const { startWorkerPool } = await import('../../../src-sfu/media/workerPool.ts');
    const { createVoices } = await import('../../../src-sfu/media/voices.ts');
    pool = await startWorkerPool({ count: 1, addresses: [{ ip: '127.0.0.1' }], rtcPort: 0, logger });
    closers.push(() => pool.close());
    voices = createVoices({ pool, logger, nowMs: () => Date.now() });
    const at = await voices.group(group);
    if (at === undefined) throw new Error('the group has no media');
    worker = at.worker;
    listener = await openListener(worker, at.producerId);
    ann = await openSender(worker, 1_111_111);
    bo = await openSender(worker, 2_222_222);
    await voices.adopt('ann', ann.producer);
    await voices.adopt('bo', bo.producer);
    closers.push(ann.close, bo.close, listener.close);
  });
  afterAll(() => {
    for (const close of closers.reverse()) close();
  });

  /** Gives somebody the floor, and waits until the worker has it open. */
  const give = async (groupId: string, speakerId: string, sender: Sender): Promise<void> => {
    voices.setTalker(groupId, speakerId);
    await eventually('the worker has opened the voice', () => !sender.producer.paused);
  };
  /** The hub's own frames of Opus silence, read as the listener reads what a packet says. */
  const silence = Buffer.from([0xf8, 0xff, 0xfe]).toString();

  it('passes not one packet of a voice without the floor', async () => {
    await ann.send(50, 'ann unasked');
    await bo.send(50, 'bo unasked');
    // One that does come through, sent last, proves that none of those before is still on its way.
    await give(group, 'ann', ann);
    await ann.send(5, 'ann speaks');
    await eventually('the talk is heard', () => listener.of('ann speaks') === 5);
    expect(listener.of('ann unasked')).toBe(0);
    expect(listener.of('bo unasked')).toBe(0);
  });

  it('passes nobody else while one speaks', async () => {
    await bo.send(50, 'bo talks over');
    await ann.send(5, 'ann goes on');
    await eventually('the talk goes on', () => listener.of('ann goes on') === 5);
    expect(listener.of('bo talks over')).toBe(0);
  });

  it('passes nothing of the old talker from the moment that another has the floor', async () => {
    voices.setTalker(group, undefined);
    voices.setTalker(group, 'bo');
    await ann.send(50, 'ann after the gate');
    await eventually('the worker has opened the voice', () => !bo.producer.paused);
    await bo.send(5, 'bo speaks');
    await eventually('the new talker is heard', () => listener.of('bo speaks') === 5);
    expect(listener.of('ann after the gate')).toBe(0);
  });

  it('has silence between two talks, on which the next one is decoded, and none before the first', async () => {
    const marks = listener.received.map(({ mark }) => mark);
    expect(marks.slice(0, marks.indexOf('bo speaks'))).toEqual([
      ...Array.from({ length: 5 }, () => 'ann speaks'),
      ...Array.from({ length: 5 }, () => 'ann goes on'),
      silence,
    ]);
    voices.setTalker(group, undefined);
    await eventually('the talk ends with silence', () => listener.of(silence) === 4);
    expect(listener.received.slice(-3).map(({ mark }) => mark)).toEqual([silence, silence, silence]);
    voices.setTalker(group, undefined);
    await give(group, 'bo', bo);
    await bo.send(5, 'bo goes on');
    await eventually('the next talk is heard', () => listener.of('bo goes on') === 5);
    expect(listener.of(silence), 'a talk of nothing ends with nothing').toBe(4);
  });

  it('gives listeners one steady stream over all talkers', () => {
    const steps = listener.received.slice(1).map((packet, index) => ({
      sequence: (packet.sequence - (listener.received[index]?.sequence ?? 0)) & 0xffff,
      timestamp: (packet.timestamp - (listener.received[index]?.timestamp ?? 0)) >>> 0,
    }));
    expect(new Set(steps.map(({ sequence }) => sequence))).toEqual(new Set([1]));
    for (const { timestamp } of steps) {
      expect(timestamp).toBeGreaterThanOrEqual(960);
      expect(timestamp).toBeLessThan(48_000 * 60);
    }
  });

  it('keeps the groups of several talkers apart', async () => {
    const other = await voices.group('squad:yongan');
    const far = await openListener(worker, other?.producerId ?? '');
    closers.push(far.close);
    await give('squad:yongan', 'ann', ann);
    await ann.send(5, 'ann elsewhere');
    await bo.send(5, 'bo here');
    await eventually('both are heard', () => far.of('ann elsewhere') === 5 && listener.of('bo here') === 5);
    expect(far.of('bo here')).toBe(0);
    expect(listener.of('ann elsewhere')).toBe(0);
  });

  it('closes with the voice', async () => {
    voices.drop('bo');
    expect(voices.hasVoice('bo')).toBe(false);
    expect(bo.producer.closed).toBe(true);
  });

  it('carries talk again on the worker that takes the place of a dead one', async () => {
    const before = worker.workerId;
    const places: (string | undefined)[] = [];
    voices.onPlaced((workerId) => places.push(workerId));
    const voiceChanges: string[] = [];
    voices.onVoiceChanged((speakerId, hasVoice) => voiceChanges.push(`${speakerId} ${hasVoice}`));
    process.kill(worker.pid, 'SIGKILL');
    await eventually('another worker runs', () => {
      const now = voices.worker();
      return now !== undefined && now.workerId !== before;
    });
    const at = await voices.group(group);
    if (at === undefined) throw new Error('the group has no media');
    const heard = await openListener(at.worker, at.producerId);
    const again = await openSender(at.worker, 3_333_333);
    closers.push(heard.close, again.close);
    expect(voices.hasVoice('ann'), 'a voice of the dead worker is none').toBe(false);
    expect(voiceChanges).toEqual(['ann true', 'ann false']);
    // Without any question, those who listen learn where talk is: nowhere for a moment, then on the other worker.
    await eventually('the new place is announced', () => places.at(-1) === at.worker.workerId);
    expect(places[0]).toBe(before);
    expect(await voices.findPlace()).toEqual({ workerId: at.worker.workerId });
    await voices.adopt('ann', again.producer);
    await give(group, 'ann', again);
    await again.send(5, 'ann is back');
    await eventually('talk is heard again', () => heard.of('ann is back') === 5);
  });
});
