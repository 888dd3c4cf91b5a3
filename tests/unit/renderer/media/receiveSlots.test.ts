import type { Consumer, ConsumerOptions, RtpParameters } from 'mediasoup-client/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { fitsTemplate, ReceiveSlots, type ReceiveSlot } from '../../../../src-renderer/media/receiveSlots.ts';

const template: RtpParameters = {
  mid: '7',
  codecs: [{ mimeType: 'video/H264', payloadType: 102, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
  encodings: [{ ssrc: 1_234, rtx: { ssrc: 5_678 } }],
  rtcp: { cname: 'camera' },
};

let nowMs = 0;
let timers: { atMs: number; ring: () => void }[] = [];
/** What each negotiation asked for. */
let negotiations: ConsumerOptions[][] = [];
let fails = false;

/** Like mediasoup-client: what is asked for in one turn of the event loop is one negotiation. */
const transport = {
  consume: async (options: ConsumerOptions): Promise<Consumer> => {
    const last = negotiations.at(-1);
    if (pending) last?.push(options);
    else negotiations.push([options]);
    pending = true;
    await Promise.resolve();
    pending = false;
    if (fails) throw new Error('closed');
    return { id: options.id, track: { id: `track of ${options.id}` } } as Consumer;
  },
};
let pending = false;

const settle = () => new Promise((resolve) => setImmediate(resolve));
async function pass(ms: number): Promise<void> {
  for (const endMs = nowMs + ms; nowMs < endMs;) {
    nowMs += 100;
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter(({ atMs }) => atMs > nowMs);
    for (const { ring } of due) ring();
    await settle();
  }
}
const slotsOf = (isUrgent = false): ReceiveSlots =>
  new ReceiveSlots({
    transport,
    template,
    isUrgent,
    nowMs: () => nowMs,
    delay: (delayMs) => new Promise((ring) => timers.push({ atMs: nowMs + delayMs, ring })),
  });

beforeEach(() => {
  nowMs = 0;
  timers = [];
  negotiations = [];
  pending = false;
  fails = false;
});

describe('slots for cameras', () => {
  it('are negotiated once nothing was asked for a while, several at a time, and name no stream', async () => {
    const slots = slotsOf();
    await pass(600);
    expect(negotiations).toEqual([]);
    expect(slots.take()).toBeUndefined();
    await pass(600);
    expect(negotiations).toEqual([]);
    await pass(500);
    expect(negotiations.map((asked) => asked.length)).toEqual([8, 8]);
    const [first] = negotiations.flat();
    expect(first?.rtpParameters).toMatchObject({ codecs: template.codecs, encodings: [{}], mid: first?.id });
    const names = negotiations.flat().map(({ rtpParameters }) => rtpParameters.mid ?? '');
    expect(new Set(names).size).toBe(16);
    for (const name of names) expect(name).toMatch(/^s[0-9]{1,6}$/);
  });

  it('are there at once where streams wait for them', async () => {
    const slots = slotsOf(true);
    await slots.ready;
    expect(slots.take()).toBeDefined();
  });

  it('receive one stream at a time, and rest before the next one', async () => {
    const slots = slotsOf(true);
    await slots.ready;
    const taken: ReceiveSlot[] = [];
    for (let slot = slots.take(); slot !== undefined; slot = slots.take()) taken.push(slot);
    expect(new Set(taken.map(({ mid }) => mid)).size).toBe(16);
    const [first, second] = taken;
    slots.giveBack(first!);
    expect(slots.take()).toBeUndefined();
    nowMs += 500;
    slots.giveBack(second!);
    expect(slots.take()).toBeUndefined();
    nowMs += 500;
    expect(slots.take()?.mid).toBe(first?.mid);
    expect(slots.take()).toBeUndefined();
    nowMs += 500;
    expect(slots.take()?.mid).toBe(second?.mid);
  });

  it('are always there for the next page, as many as this one has, and not without end', async () => {
    const slots = slotsOf(true);
    await slots.ready;
    const took: ReceiveSlot[] = [];
    for (let page = 0; page < 12; page += 1) {
      for (let slot = slots.take(); slot !== undefined; slot = slots.take()) took.push(slot);
      await pass(3_000);
    }
    const before = negotiations.flat().length;
    for (const slot of took) slots.giveBack(slot);
    for (let page = 0; page < 50; page += 1) {
      const shown = Array.from({ length: 16 }, () => slots.take());
      expect(shown).not.toContain(undefined);
      await pass(2_000);
      for (const slot of shown) slots.giveBack(slot!);
    }
    expect(negotiations.flat()).toHaveLength(before);
    expect(Math.max(...negotiations.map((asked) => asked.length))).toBe(8);
  });

  it('are not made any more when the transport refuses or is closed, and nothing is thrown', async () => {
    fails = true;
    const slots = slotsOf(true);
    await slots.ready;
    expect(slots.take()).toBeUndefined();
    expect(negotiations).toHaveLength(1);
    fails = false;
    slots.close();
    await pass(10_000);
    expect(slots.take()).toBeUndefined();
    expect(negotiations).toHaveLength(1);
  });
});

it('a stream fits when codecs and header extensions are those of the template', () => {
  expect(fitsTemplate(template, { ...template, mid: '9', encodings: [{ ssrc: 3 }] })).toBe(true);
  expect(fitsTemplate(template, { ...template, headerExtensions: [] })).toBe(false);
  const [codec] = template.codecs;
  expect(fitsTemplate(template, { ...template, codecs: [{ ...codec!, payloadType: 96 }] })).toBe(false);
});
