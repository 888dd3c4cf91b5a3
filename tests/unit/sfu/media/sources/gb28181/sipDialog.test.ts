import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ackOf,
  acknowledgeLateRefusal,
  dialogOfStored,
  lateCallOf,
  newCallId,
  newTag,
  partyOf,
  RepeatedAnswer,
  requestWithin,
  sideOf,
  SipInvitation,
} from '../../../../../../src-sfu/media/sources/gb28181/sipDialog.ts';
import {
  headerOf,
  isRequest,
  isResponse,
  parameterOf,
  parseDatagram,
  writeMessage,
  writeResponse,
  type SipRequest,
  type SipResponse,
} from '../../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { SipRequests } from '../../../../../../src-sfu/media/sources/gb28181/sipRequests.ts';

const platformId = '42120000002000000001';
const channelId = '42120000001320000001';
const peer = { address: '10.0.0.7', port: 5060, protocol: 'udp' as const };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function requestOf(bytes: Buffer): SipRequest {
  const message = parseDatagram(bytes);
  if (message === undefined || !isRequest(message)) throw new Error('This is no request.');
  return message;
}

function responseOf(bytes: Buffer): SipResponse {
  const message = parseDatagram(bytes);
  if (message === undefined || !isResponse(message)) throw new Error('This is no answer.');
  return message;
}

/** A platform that has one INVITE to send, and the device that it is sent to. */
function stage() {
  const sent: SipRequest[] = [];
  const requests = new SipRequests({
    send: (_peer, bytes) => sent.push(requestOf(bytes)) > 0,
    own: () => '10.0.0.1:5060',
  });
  const invitation = new SipInvitation({
    ...{ requests, peer, platformId },
    targetId: channelId,
    contact: () => '10.0.0.1:5060',
  });
  const outcome = (signal?: AbortSignal) =>
    invitation.send({
      ssrc: '0200000001',
      body: Buffer.from('v=0'),
      limitMs: 3_000,
      ...(signal === undefined ? {} : { signal }),
    });
  const answer = (
    status: string,
    headers: readonly (readonly [string, string])[] = [],
    tag = 'theirs',
  ): void => {
    const [invite] = sent;
    if (invite === undefined) throw new Error('Nothing was asked.');
    const bytes = writeResponse(invite, status, {
      from: { address: '10.0.0.1', port: 5060 },
      toTag: tag,
      headers,
      body: Buffer.from('v=0 answer'),
    });
    requests.answered(responseOf(bytes), peer);
  };
  const methods = (): string[] => sent.map(({ start }) => start.method);
  const branchOf = (index: number): string | undefined => {
    const message = sent[index];
    return message && parameterOf(headerOf(message, 'via'), 'branch');
  };
  return { sent, invitation, outcome, answer, methods, branchOf };
}

describe('an INVITE of ours', () => {
  it('is acknowledged after 200 at the address that the device names, as a request of its own', async () => {
    const { sent, invitation, outcome, answer, methods, branchOf } = stage();
    const asked = outcome();
    answer('200 OK', [['Contact', '<sip:dev@10.0.0.7:5062>']]);
    const done = await asked;
    if (done.answer !== 'agreed') throw new Error(done.answer);
    expect(methods()).toEqual(['INVITE', 'ACK']);
    const [invite, ack] = sent;
    expect(invite && headerOf(invite, 'subject')).toBe(`${channelId}:0200000001,${platformId}:0`);
    expect(ack?.start.uri).toBe('sip:dev@10.0.0.7:5062');
    expect(ack && headerOf(ack, 'cseq')).toBe('1 ACK');
    expect(ack && headerOf(ack, 'to')).toBe(`<sip:${channelId}@4212000000>;tag=theirs`);
    expect(ack && headerOf(ack, 'from')).toBe(`<sip:${platformId}@4212000000>;tag=${invitation.tag}`);
    expect(branchOf(1)).not.toBe(branchOf(0));
    expect(done.body.toString()).toBe('v=0 answer');
    expect(requestWithin(done.dialog, 'BYE', 2)).toEqual({
      method: 'BYE',
      uri: 'sip:dev@10.0.0.7:5062',
      callId: invitation.callId,
      sequence: 2,
      from: `<sip:${platformId}@4212000000>;tag=${invitation.tag}`,
      to: `<sip:${channelId}@4212000000>;tag=theirs`,
    });
  });

  it('is sent on to where it was asked when the device names no address', async () => {
    const { sent, outcome, answer } = stage();
    const asked = outcome();
    answer('200 OK');
    await asked;
    expect(sent[1]?.start.uri).toBe(`sip:${channelId}@10.0.0.7:5060`);
  });

  it('has its refusal acknowledged within the same transaction', async () => {
    const { sent, outcome, answer, methods, branchOf } = stage();
    const asked = outcome();
    answer('486 Busy Here');
    expect(await asked).toEqual({ answer: 'refused', status: 486 });
    expect(methods()).toEqual(['INVITE', 'ACK']);
    expect(branchOf(1)).toBe(branchOf(0));
    expect(sent[1]?.start.uri).toBe(sent[0]?.start.uri);
    expect(sent[1] && headerOf(sent[1], 'to')).toMatch(/;tag=theirs$/);
    expect(sent[1]?.body).toHaveLength(0);
  });

  it('is taken back by CANCEL in the same transaction when no answer comes', async () => {
    const { sent, outcome, methods, branchOf } = stage();
    const asked = outcome();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await asked).toEqual({ answer: 'none' });
    expect(methods()).toEqual(['INVITE', 'INVITE', 'INVITE', 'CANCEL']);
    expect(branchOf(3)).toBe(branchOf(0));
    expect(sent[3] && headerOf(sent[3], 'cseq')).toBe('1 CANCEL');
    expect(sent[3]?.body).toHaveLength(0);
  });

  it('is taken back at once when its waiting is ended', async () => {
    const { outcome, methods } = stage();
    const over = new AbortController();
    const asked = outcome(over.signal);
    over.abort();
    expect(await asked).toEqual({ answer: 'none' });
    expect(methods()).toEqual(['INVITE', 'CANCEL']);
  });

  it('cannot be taken back before it was asked', () => {
    const { invitation, methods } = stage();
    invitation.cancel();
    expect(methods()).toEqual([]);
  });
});

describe('an answer that nothing waits for', () => {
  const stored = { callId: newCallId(), localTag: newTag(), remote: '<sip:d@x>;tag=t', remoteUri: 'sip:d@y' };
  const late = (status: string, changes: Readonly<Record<string, string>> = {}): SipResponse => {
    const headers: Record<string, string> = {
      Via: 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKfirst',
      From: partyOf(platformId, { tag: stored.localTag }),
      To: `<sip:${channelId}@4212000000>;tag=late`,
      'Call-ID': stored.callId,
      CSeq: '1 INVITE',
      ...changes,
    };
    return responseOf(writeMessage(`SIP/2.0 ${status}`, Object.entries(headers)));
  };

  it('belongs to a call of ours only with a Call-ID and a tag of our form', () => {
    expect(lateCallOf(late('200 OK', { Contact: '<sip:d@10.0.0.7:5070>' }))).toEqual({
      ...{ callId: stored.callId, localTag: stored.localTag },
      remote: `<sip:${channelId}@4212000000>;tag=late`,
      remoteUri: 'sip:d@10.0.0.7:5070',
    });
    expect(lateCallOf(late('200 OK'))?.remoteUri).toBe(`sip:${channelId}@4212000000`);
    expect(lateCallOf(late('200 OK', { 'Call-ID': 'of-somebody-else' }))).toBeUndefined();
    expect(lateCallOf(late('200 OK', { From: partyOf(platformId) }))).toBeUndefined();
  });

  it('is acknowledged within its own transaction when it is a refusal, such as 487 after CANCEL', () => {
    const sent: SipRequest[] = [];
    const requests = new SipRequests({
      send: (_peer, bytes) => sent.push(requestOf(bytes)) > 0,
      own: () => '10.0.0.1:5060',
    });
    const answer = late('487 Request Terminated');
    const call = lateCallOf(answer);
    if (call === undefined) throw new Error('The answer is not recognised.');
    acknowledgeLateRefusal(requests, answer, peer, dialogOfStored(call, platformId));
    const [ack] = sent;
    expect(sent).toHaveLength(1);
    expect(ack?.start).toEqual({ method: 'ACK', uri: `sip:${channelId}@10.0.0.7:5060` });
    expect(ack && parameterOf(headerOf(ack, 'via'), 'branch')).toBe('z9hG4bKfirst');
    expect(ack && headerOf(ack, 'cseq')).toBe('1 ACK');
  });

  it('continues a stored call with our tag and what the device is called there', () => {
    expect(ackOf(dialogOfStored(stored, platformId))).toEqual({
      method: 'ACK',
      uri: 'sip:d@y',
      callId: stored.callId,
      sequence: 1,
      from: `<sip:${platformId}@4212000000>;tag=${stored.localTag}`,
      to: '<sip:d@x>;tag=t',
    });
  });
});

it('speaks in a call of the other side as the one who was called, with the tag that the call has or gets', () => {
  const invite = (to: string): SipRequest =>
    requestOf(
      writeMessage(`INVITE sip:${channelId}@10.0.0.1 SIP/2.0`, [
        ['From', '<sip:u@x>;tag=up'],
        ['To', to],
      ]),
    );
  expect(sideOf(invite('<sip:c@x>'), 'ours')).toEqual({ from: '<sip:c@x>;tag=ours', to: '<sip:u@x>;tag=up' });
  expect(sideOf(invite('<sip:c@x>;tag=before'), 'ours').from).toBe('<sip:c@x>;tag=before');
});

describe('the answer to a call of the other side', () => {
  const repeated = (longestWaitMs: number, limitMs: number) => {
    const sentAtMs: number[] = [];
    const startedAtMs = Date.now();
    const onUnacknowledged = vi.fn();
    const answer = new RepeatedAnswer({
      send: () => sentAtMs.push(Date.now() - startedAtMs),
      firstWaitMs: 500,
      ...{ longestWaitMs, limitMs, onUnacknowledged },
    });
    return { answer, sentAtMs, onUnacknowledged };
  };

  it('is sent again, ever less often, until its time is over', async () => {
    const { answer, sentAtMs, onUnacknowledged } = repeated(4_000, 12_000);
    answer.begin();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(sentAtMs).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500]);
    expect(onUnacknowledged).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sentAtMs).toHaveLength(6);
    expect(onUnacknowledged).toHaveBeenCalledOnce();
  });

  it('is sent again four times in even steps for devices that never acknowledge', async () => {
    const { answer, sentAtMs } = repeated(500, 2_000);
    answer.begin();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sentAtMs).toEqual([0, 500, 1_000, 1_500, 2_000]);
  });

  it('is not sent again once it is acknowledged, nor at all when the call is over before', async () => {
    const acknowledged = repeated(4_000, 12_000);
    acknowledged.answer.begin();
    await vi.advanceTimersByTimeAsync(500);
    acknowledged.answer.stop();
    const over = repeated(4_000, 12_000);
    over.answer.stop();
    over.answer.begin();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([acknowledged.sentAtMs, over.sentAtMs]).toEqual([[0, 500], []]);
    expect(acknowledged.onUnacknowledged).not.toHaveBeenCalled();
  });
});
