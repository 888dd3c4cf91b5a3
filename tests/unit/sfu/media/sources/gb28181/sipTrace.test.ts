import { describe, expect, it } from 'vitest';
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

function observer() {
  let now = 0;
  const made = createRecorderObserver({ isEntered: (id) => id === recorderId, nowMs: () => (now += 1) });
  const receive = (bytes: Buffer, from = peer): void => {
    const parsed = parseDatagram(bytes);
    if (parsed === undefined) throw new Error('no SIP');
    made.received(parsed, from);
  };
  return { ...made, receive };
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
    const { receive, trace } = observer();
    const stranger = '42120000001180000009';
    receive(Buffer.from(message('OPTIONS sip:x@y SIP/2.0', []).toString().replaceAll(recorderId, stranger)), {
      ...peer,
      address: '198.51.100.1',
    });
    expect(trace.of(stranger)).toEqual([]);
    receive(message('OPTIONS sip:x@y SIP/2.0', []));
    receive(
      Buffer.from(
        'SIP/2.0 200 OK\r\nFrom: <sip:42120000002000000001@4212000000>\r\nTo: <sip:42120000001320000001@4212000000>\r\nCall-ID: d\r\nCSeq: 2 INVITE\r\n\r\n',
      ),
    );
    expect(trace.of(recorderId)).toHaveLength(2);
  });

  it('of all recorders stays within its size: the one that was heard longest ago goes first', () => {
    const trace = createSipTrace((bytes) => bytes.toString('latin1'), { totalBytes: 10_000 });
    const note = (id: string, size: number): void =>
      trace.note(id, { atMs: 0, direction: 'sent', peer: '', bytes: Buffer.alloc(size, 'x'), sameAs: '' });
    note('a', 4_000);
    note('b', 4_000);
    note('a', 1);
    note('c', 4_000);
    expect([trace.of('a').length, trace.of('b').length, trace.of('c').length]).toEqual([2, 0, 1]);
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
