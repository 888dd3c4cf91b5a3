import fc from '../../../support/properties.ts';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { describe, expect, it } from 'vitest';
import { boundedParser, Decoder, maxMessageBytes } from '../../../../src-sfu/signaling/boundedParser.ts';
import { decodeMessage, MessageError } from '../../../../src-sfu/signaling/messageDecoder.ts';
import { collectGarbage } from '../../../support/collectGarbage.ts';

const limits = { maxBytes: maxMessageBytes, maxDepth: 24, maxValues: 20_000 };
/** What decoding may cost beyond the message, in bytes: far below what one length of four bytes can claim. */
const memoryBudgetBytes = 64 * 1024 * 1024;
/** Generous: each of these messages takes well below a millisecond. */
const timeBudgetMs = 2_000;

const encode = (packet: object): Buffer => {
  const [bytes] = new messagePackParser.Encoder().encode(packet) as unknown as Buffer[];
  return bytes ?? Buffer.alloc(0);
};
const length32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const repeated = (bytes: number[], times: number): number[] =>
  Array.from({ length: times }, () => bytes).flat();
const heldBytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
/** Decodes, and returns what it held meanwhile; a message that is refused is as good as one that is not. */
const costOf = (bytes: Uint8Array): { memoryBytes: number; ms: number; value: unknown } => {
  const before = heldBytes();
  const startedAtMs = performance.now();
  let value: unknown;
  try {
    value = decodeMessage(bytes, limits);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    value = error;
  }
  return { ms: performance.now() - startedAtMs, memoryBytes: heldBytes() - before, value };
};

describe('the decoder of messages', () => {
  const hostile: [string, number[]][] = [
    ['arrays of 32 million in one another', repeated([0xdd, ...length32(0x01ff_ffff)], 24)],
    ['an array of 4 billion', [0xdd, ...length32(0xffff_ffff)]],
    ['arrays of 65,535 in one another', repeated([0xdc, 0xff, 0xff], 40)],
    ['a map of 4 billion', [0xdf, ...length32(0xffff_ffff)]],
    ['a map of 65,535', [0xde, 0xff, 0xff]],
    ['an extension of a gigabyte', [0xc9, ...length32(0x4000_0000), 0]],
    ['an extension of a gigabyte of another type', [0xc9, ...length32(0x4000_0000), 7]],
    ['an extension of 65,535 bytes', [0xc8, 0xff, 0xff, 0]],
    ['an extension of 255 bytes', [0xc7, 0xff, 0]],
    ['text of 4 GiB', [0xdb, ...length32(0xffff_ffff)]],
    ['bytes of 4 GiB', [0xc6, ...length32(0xffff_ffff)]],
    ['an array that is deeper than the stack', repeated([0x91], maxMessageBytes - 1)],
    ['maps that are deeper than the stack', repeated([0x81, 0xa0], maxMessageBytes / 2 - 1)],
    ['nothing', []],
    ['a prefix that is never used', [0xc1]],
    ['a number that is cut off', [0xcb, 1, 2, 3]],
    ['a length that is cut off', [0xdd, 0, 0]],
    ['more than one value', [0x01, 0x02]],
    ['a key that is a number', [0x81, 0x01, 0x01]],
    ['a key that changes the object', [0x81, 0xa9, ...Buffer.from('__proto__'), 0x80]],
  ];
  it.each(hostile)('refuses %s, within its budget', (_what, bytes) => {
    const { memoryBytes, ms, value } = costOf(Uint8Array.from(bytes));
    expect(value).toBeInstanceOf(MessageError);
    expect(memoryBytes).toBeLessThan(memoryBudgetBytes);
    expect(ms).toBeLessThan(timeBudgetMs);
  });

  it.each([
    ['empty maps', 0x80],
    ['empty arrays', 0x90],
    ['nothings', 0xc0],
  ])('keeps a whole message of %s within its budget', (_what, filler) => {
    const bytes = Buffer.alloc(maxMessageBytes, filler);
    bytes.set([0xdd, ...length32(maxMessageBytes - 5)]);
    collectGarbage();
    const { memoryBytes, ms } = costOf(bytes);
    expect(memoryBytes).toBeLessThan(memoryBudgetBytes);
    expect(ms).toBeLessThan(timeBudgetMs);
  });

  it('refuses a message that is larger than any of a surface', () => {
    expect(() => decodeMessage(new Uint8Array(maxMessageBytes + 1), limits)).toThrow(MessageError);
  });

  /** What the decoder that the package brings makes of a packet. */
  const asThePackageDecodes = (bytes: Buffer): unknown => {
    let packet: unknown;
    const decoder = new messagePackParser.Decoder();
    decoder.on('decoded', (decoded: unknown) => (packet = decoded));
    decoder.add(bytes);
    return packet;
  };
  const packetOf = (value: unknown): Buffer =>
    encode({ type: 2, nsp: '/', id: 1, data: ['x', value, undefined] });

  it('gives back what surfaces encode', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const bytes = packetOf(value);
        // A key that changes an object is refused.
        if (bytes.includes('__proto__')) return;
        expect(decodeMessage(bytes, limits)).toEqual(asThePackageDecodes(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives back numbers of every size', () => {
    const number = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noInteger: true }),
      fc.constantFrom(
        0,
        -1,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        2 ** 32 - 1,
        2 ** 32,
        -32,
        -33,
        -(2 ** 31) - 1,
      ),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(decodeMessage(packetOf(value), limits)).toMatchObject({ data: ['x', value, undefined] });
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every random message within its budget', () => {
    const startedAtMs = performance.now();
    const prefixes = fc.constantFrom(
      0x91,
      0x9f,
      0x8f,
      0xbf,
      0xc4,
      0xc6,
      0xc9,
      0xd4,
      0xd9,
      0xdb,
      0xdc,
      0xdd,
      0xdf,
    );
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.tuple(prefixes, fc.uint8Array({ minLength: 4, maxLength: 4 })).map(([one, rest]) => [one, ...rest]),
    );
    let mostBytes = 0;
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 40 }), (chunks) => {
        mostBytes = Math.max(
          mostBytes,
          costOf(Uint8Array.from(chunks.flatMap((part) => [...part]))).memoryBytes,
        );
      }),
      { numRuns: 5_000 },
    );
    expect(mostBytes).toBeLessThan(memoryBudgetBytes);
    expect(performance.now() - startedAtMs).toBeLessThan(60_000);
  });

  it('keeps every damaged real message within its budget', () => {
    const real = encode({
      type: 2,
      nsp: '/',
      id: 7,
      data: [
        'media:consume',
        { streamId: 'cam-1:sub', list: [1, 2.5, null, true, 'x'], map: { a: { b: [] } } },
      ],
      options: { compress: true },
    });
    let mostBytes = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(real.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(real.length),
        (changes, end) => {
          const bytes = Buffer.from(real);
          for (const [at, value] of changes) bytes[at] = value;
          mostBytes = Math.max(mostBytes, costOf(bytes.subarray(0, end)).memoryBytes);
        },
      ),
      { numRuns: 5_000 },
    );
    expect(mostBytes).toBeLessThan(memoryBudgetBytes);
  });
});

describe('the parser of socket.io', () => {
  const connect = { type: 0, nsp: '/', data: { protocolVersion: 1 } };
  const connected = (): { decoder: Decoder; packets: unknown[] } => {
    const decoder = new Decoder();
    const packets: unknown[] = [];
    decoder.on('decoded', (packet) => packets.push(packet));
    decoder.add(encode(connect));
    return { decoder, packets };
  };

  it('takes the packets of a surface', () => {
    const { decoder, packets } = connected();
    decoder.add(encode({ type: 2, nsp: '/', id: 0, data: ['session:join', { surface: 'wall' }] }));
    decoder.add(encode({ type: 1, nsp: '/', options: { compress: true } }));
    expect(packets).toEqual([
      connect,
      { type: 2, nsp: '/', id: 0, data: ['session:join', { surface: 'wall' }] },
      { type: 1, nsp: '/' },
    ]);
  });

  it.each([
    ['a request before it said who it is', { type: 2, nsp: '/', data: ['session:join', {}] }],
    ['a first message that is long', { ...connect, data: { memberToken: 'x'.repeat(5_000) } }],
    ['a first message of many parts', { ...connect, data: Object.fromEntries(Array(99).fill(0).entries()) }],
    ['another namespace', { ...connect, nsp: '/admin' }],
    ['a packet without a namespace', { type: 0 }],
    ['a refusal, which only the hub may send', { type: 4, nsp: '/', data: { message: 'x' } }],
    ['a list as what it shows of itself', { ...connect, data: [] }],
  ])('ends a connection that begins with %s', (_what, packet) => {
    expect(() => new Decoder().add(encode(packet))).toThrow(MessageError);
  });

  it.each([
    ['a second first message', connect],
    ['an event of socket.io', { type: 2, nsp: '/', data: ['disconnect', 'x'] }],
    ['an error, which ends a process that does not listen for it', { type: 2, nsp: '/', data: ['error'] }],
    ['no name', { type: 2, nsp: '/', data: [] }],
    ['a name that is a number', { type: 2, nsp: '/', data: [7, {}] }],
    ['a name without end', { type: 2, nsp: '/', data: ['x'.repeat(1_000), {}] }],
    ['more parts than a request has', { type: 2, nsp: '/', data: ['a', 1, 2, 3, 4] }],
    ['a record in place of a request', { type: 2, nsp: '/', data: { 0: 'a' } }],
    ['an acknowledgement that nobody asked for', { type: 3, nsp: '/', id: 1, data: [] }],
    ['a number of a request that is text', { type: 2, nsp: '/', id: 'x', data: ['a'] }],
    ['a number of a request that is broken', { type: 2, nsp: '/', id: 1.5, data: ['a'] }],
    ['an attachment that does not come', { type: 5, nsp: '/', data: ['a', { _placeholder: true, num: 9 }] }],
    ['no packet at all', [1, 2]],
  ])('ends a connection that sends %s', (_what, packet) => {
    const { decoder, packets } = connected();
    expect(() => decoder.add(encode(packet))).toThrow(MessageError);
    expect(packets).toHaveLength(1);
  });

  it.each(['51-["x",{"_placeholder":true,"num":0}]', '0', '2["x"]', ''])(
    'ends a connection that sends the text %j',
    (text) => {
      expect(() => connected().decoder.add(text)).toThrow(MessageError);
      expect(() => new boundedParser.Decoder().add(text)).toThrow(MessageError);
    },
  );
});
