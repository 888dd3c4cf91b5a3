import { describe, expect, it, vi } from 'vitest';
import { createRecorderObserver } from '../../../../../../src-sfu/media/sources/gb28181/recorderObserver.ts';
import { parseDatagram } from '../../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { createSipTrace, maxTraced } from '../../../../../../src-sfu/media/sources/gb28181/sipTrace.ts';

const recorderId = '42120000001180000001';
const peer = { address: '192.0.2.7', port: 5060, protocol: 'udp' as const };

function message(start: string, headers: readonly string[], body = ''): Buffer {
  const usual = [
    `From: <sip:${recorderId}@4212000000>;tag=1`,
    `To: <sip:42120000002000000001@4212000000>`,
    'Call-ID: c',
    `CSeq: 1 ${start.split(' ')[0]}`,
  ];
  return Buffer.from([start, ...usual, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n'));
}

function observer(where: { address?: string; isOnline?: boolean } = {}) {
  let now = 0;
  const { address, isOnline = false } = where;
  const onLearned = vi.fn();
  const made = createRecorderObserver({
    isEntered: (id) => id === recorderId,
    placeOf: () => (address === undefined ? undefined : { address }),
    isOnline: () => isOnline,
    onLearned,
    nowMs: () => (now += 1),
  });
  const receive = (bytes: Buffer, from = peer): void => {
    const parsed = parseDatagram(bytes);
    if (parsed === undefined) throw new Error('no SIP');
    made.received(parsed, from);
  };
  return { ...made, receive, onLearned };
}

describe('the trace of a recorder', () => {
  it('has neither passwords nor what proves them, also where a header is folded or in other letters', () => {
    const { receive, sent, trace } = observer();
    receive(
      message(`REGISTER sip:42120000002000000001@4212000000 SIP/2.0`, [
        `AUTHORIZATION: Digest username="${recorderId}",`,
        ' nonce="n0nce", response="5ecret"',
        'Proxy-Authorization: Basic dXNlcg==',
        'User-Agent: Maker X',
      ]),
    );
    sent(message('SIP/2.0 401 Unauthorized', ['WWW-Authenticate: Digest realm="r", nonce="n0nce"']), peer);
    receive(
      message(
        'MESSAGE sip:x@y SIP/2.0',
        [],
        '<Notify><CmdType>X</CmdType><Password>hunter2</Password></Notify>',
      ),
    );
    const text = trace
      .of(recorderId)
      .map((one) => one.text)
      .join('\n');
    expect(trace.of(recorderId).map(({ direction }) => direction)).toEqual(['received', 'sent', 'received']);
    expect(text).toContain('REGISTER sip:');
    expect(text).toContain('Maker X');
    for (const secret of ['5ecret', 'n0nce', 'dXNlcg', 'hunter2']) expect(text).not.toContain(secret);
  });

  it('counts keepalives up, and keeps the last 200 messages', () => {
    const { receive, sent, trace } = observer();
    const keepalive = message('MESSAGE sip:x@y SIP/2.0', [], '<Notify><CmdType>Keepalive</CmdType></Notify>');
    const answer = Buffer.from(
      `SIP/2.0 200 OK\r\nFrom: <sip:${recorderId}@4212000000>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\n\r\n`,
    );
    for (let count = 0; count < 50; count += 1) {
      receive(keepalive);
      sent(answer, peer);
    }
    expect(trace.of(recorderId).map(({ count }) => count)).toEqual([50, 50]);
    for (let count = 0; count < 300; count += 1)
      receive(message('MESSAGE sip:x@y SIP/2.0', [], `<Notify><SN>${count}</SN></Notify>`));
    const kept = trace.of(recorderId);
    expect(kept).toHaveLength(maxTraced);
    expect(kept.at(-1)?.text).toContain('<SN>299</SN>');
  });

  it('keeps nothing of strangers, and finds an answer without ids by where it came from', () => {
    const { receive, trace, forget } = observer();
    const stranger = '42120000001180000009';
    receive(Buffer.from(message('OPTIONS sip:x@y SIP/2.0', []).toString().replaceAll(recorderId, stranger)), {
      ...peer,
      address: '198.51.100.1',
    });
    expect(trace.of(stranger)).toEqual([]);
    receive(message('OPTIONS sip:x@y SIP/2.0', []));
    const answer = Buffer.from(
      'SIP/2.0 200 OK\r\nFrom: <sip:42120000002000000001@4212000000>\r\nTo: <sip:42120000001320000001@4212000000>\r\nCall-ID: d\r\nCSeq: 2 INVITE\r\n\r\n',
    );
    receive(answer);
    expect(trace.of(recorderId)).toHaveLength(2);
    // Where a recorder was that is removed, nobody is known any more.
    forget(recorderId);
    receive(answer);
    expect(trace.of(recorderId)).toEqual([]);
  });

  it('of all recorders stays within its size: the oldest messages of the largest go first, the last of each stay', () => {
    const limits = { totalBytes: 10_000, leastMessages: 3 };
    const trace = createSipTrace((bytes) => bytes.toString('latin1'), limits);
    const note = (id: string, text: string): void =>
      trace.note(id, {
        atMs: 0,
        direction: 'sent',
        peer: '',
        bytes: Buffer.from(text.padEnd(500)),
        sameAs: '',
      });
    // One that fell silent: what it said last is what is asked for.
    for (const text of ['a1', 'a2', 'a3', 'a4']) note('a', text);
    for (let count = 1; count <= 60; count += 1) note(count % 2 === 0 ? 'b' : 'c', `m${count}`);
    const texts = (id: string) => trace.of(id).map(({ text }) => text.trim());
    expect(texts('a').slice(-3)).toEqual(['a2', 'a3', 'a4']);
    expect(texts('b').at(-1)).toBe('m60');
    expect(texts('b').length).toBeGreaterThanOrEqual(3);
    const all = ['a', 'b', 'c'].flatMap((id) => trace.of(id));
    expect(all.length * 500).toBeLessThanOrEqual(limits.totalBytes);
    // Also where the last messages of all are too much together.
    for (let count = 0; count < 30; count += 1) note(`d${count}`, 'x');
    expect(texts('d29')).toEqual(['x']);
  });

  it('has what others send in its name as one line of each kind, and keeps its own', () => {
    const { receive, sent, trace, learnedOf } = observer({ address: peer.address, isOnline: true });
    const stranger = { ...peer, address: '198.51.100.1' };
    receive(message('REGISTER sip:x@y SIP/2.0', ['User-Agent: Maker X']));
    for (let count = 0; count < 400; count += 1) {
      receive(message('REGISTER sip:x@y SIP/2.0', ['User-Agent: Thief', `X: ${count}`]), stranger);
      receive(message(`M${String.fromCharCode(65 + (count % 26))}X sip:x@y SIP/2.0`, []), stranger);
      sent(message('SIP/2.0 403 Forbidden', []), stranger);
    }
    receive(message('OPTIONS sip:x@y SIP/2.0', []));
    const kept = trace.of(recorderId);
    expect(kept.length).toBeLessThan(8);
    expect(kept[0]?.text).toContain('Maker X');
    expect(kept.at(-1)?.text).toMatch(/^OPTIONS/);
    const registered = kept.find(({ text }) => text.includes('Thief'));
    expect(registered).toMatchObject({ count: 400, peer: 'udp 198.51.100.1:5060' });
    expect(registered?.text).toContain('399');
    expect(learnedOf(recorderId)).toEqual({ make: 'Maker X' });
  });
});

it('what went wrong last is known by its answer', () => {
  const { receive, sent, learnedOf, failed } = observer();
  sent(
    Buffer.from(
      `SIP/2.0 403 Forbidden\r\nFrom: <sip:${recorderId}@4212000000>\r\nCall-ID: c\r\nCSeq: 2 REGISTER\r\n\r\n`,
    ),
    peer,
  );
  expect(learnedOf(recorderId).lastProblem?.problem).toBe('wrong_password');
  receive(
    Buffer.from(
      'SIP/2.0 486 Busy Here\r\nFrom: <sip:42120000002000000001@4212000000>\r\nTo: <sip:42120000001320000001@4212000000>\r\nCall-ID: d\r\nCSeq: 1 INVITE\r\n\r\n',
    ),
  );
  expect(learnedOf(recorderId).lastProblem).toMatchObject({ problem: 'busy', status: 486 });
  failed(recorderId, 'no_packets');
  expect(learnedOf(recorderId).lastProblem?.problem).toBe('no_packets');
});

it('says when what is known of a recorder changes, and not when the same comes again', () => {
  const { receive, onLearned } = observer({ address: peer.address, isOnline: true });
  const busy = Buffer.from(
    'SIP/2.0 486 Busy Here\r\nFrom: <sip:42120000002000000001@4212000000>\r\nTo: <sip:42120000001320000001@4212000000>\r\nCall-ID: d\r\nCSeq: 1 INVITE\r\n\r\n',
  );
  receive(message('REGISTER sip:x@y SIP/2.0', ['User-Agent: Maker X']));
  expect(onLearned).toHaveBeenCalledTimes(1);
  receive(busy);
  expect(onLearned).toHaveBeenCalledTimes(2);
  receive(busy);
  receive(message('REGISTER sip:x@y SIP/2.0', ['User-Agent: Maker X']));
  expect(onLearned).toHaveBeenCalledTimes(2);
});

it('a recorder that is not heard where it was shows what is refused elsewhere', () => {
  const elsewhere = { ...peer, address: '192.0.2.99' };
  const { sent, learnedOf } = observer({ address: peer.address, isOnline: false });
  sent(message('SIP/2.0 403 Forbidden', []), elsewhere);
  expect(learnedOf(recorderId).lastProblem?.problem).toBe('other_address');
});
