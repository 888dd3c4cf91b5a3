import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { Encoder } from '../../../../src-sfu/signaling/boundedParser.ts';
import { bytesToSend } from '../../../../src-sfu/signaling/bytesToSend.ts';
import fc from '../../../support/properties.ts';

/** The decoder that the pages are built with, not the one of Node. */
const decodeInPage = createRequire(import.meta.url)('notepack.io/browser/decode.js') as (
  bytes: Uint8Array,
) => unknown;

/** What a page has of a message of the hub. */
function asPageReads(data: unknown): unknown {
  const [bytes] = new Encoder().encode({ type: 2, nsp: '/', data: ['a', 1, data] }) as [Uint8Array];
  const packet = decodeInPage(new Uint8Array(bytes)) as { data: unknown[] };
  return packet.data[2];
}

const memory = Uint8Array.from({ length: 64 }, (_, index) => index);

describe('bytes that the hub sends', () => {
  it.each([
    ['a byte array', Uint8Array.of(7, 8, 9), [7, 8, 9]],
    ['a part of a longer byte array, without what lies beside it', memory.subarray(10, 13), [10, 11, 12]],
    ['a buffer', Buffer.from([7, 8, 9]), [7, 8, 9]],
    ['an array buffer', Uint8Array.of(7, 8, 9).buffer, [7, 8, 9]],
    ['a view of another kind', new DataView(memory.buffer, 4, 2), [4, 5]],
    ['no bytes at all', new Uint8Array(0), []],
  ])('are bytes on the page: %s', (_what, sent, expected) => {
    const read = asPageReads({ pictures: [{ jpeg: sent, atMs: 5 }] }) as { pictures: { jpeg: unknown }[] };
    const bytes = read.pictures[0]?.jpeg;
    expect(bytes).toBeInstanceOf(ArrayBuffer);
    expect([...new Uint8Array(bytes as ArrayBuffer)]).toEqual(expected);
  });

  it('change nothing in the message that a handler answered', () => {
    const answer = { ok: true, data: { before: { jpeg: Uint8Array.of(1) }, list: [Uint8Array.of(2), null] } };
    const sent = bytesToSend(answer) as typeof answer;
    expect(answer.data.before.jpeg).not.toBeInstanceOf(Buffer);
    expect(answer.data.list[0]).not.toBeInstanceOf(Buffer);
    expect(sent.data.before.jpeg).toBeInstanceOf(Buffer);
    expect(sent.data.list).toEqual([Buffer.from([2]), null]);
  });

  it('are all that changes: any other message is sent as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(bytesToSend(value)).toBe(value);
      }),
      { numRuns: 50 },
    );
    const date = new Date(5);
    expect(bytesToSend(date)).toBe(date);
  });
});
