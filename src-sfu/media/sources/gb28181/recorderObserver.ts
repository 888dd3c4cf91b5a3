import type { Recorder, RecorderProblem } from '../../../../src-shared/recorders/recorders.protocol.ts';
import { decodeManscdp } from './manscdp.ts';
import {
  headerOf,
  isRequest,
  isResponse,
  parseDatagram,
  sequenceOf,
  userOf,
  writeMessage,
  type SipMessage,
} from './sipMessage.ts';
import type { SipObserver } from './sipObserver.ts';
import type { SipPeer } from './sipTransport.ts';
import { createSipTrace, type SipTrace } from './sipTrace.ts';

/** What is learned of recorders from the messages that they exchange with the hub. */
export interface RecorderObserver extends SipObserver {
  trace: Pick<SipTrace, 'of'>;
  learnedOf(recorderId: string): Pick<Recorder, 'make' | 'lastProblem'>;
  /** Something went wrong that no message says, such as packets that did not come. */
  failed(recorderId: string, problem: RecorderProblem): void;
  forget(recorderId: string): void;
}

interface Learned {
  make?: string;
  lastProblem?: NonNullable<Recorder['lastProblem']>;
}

/** Devices at one address and port that are remembered; beyond that, those seen longest ago are found by their headers alone. */
const maxPeers = 10_000;
const maxWordLength = 60;

/** `isEntered`: whether somebody has entered this recorder. Nothing is kept of others. */
export function createRecorderObserver(options: {
  isEntered(recorderId: string): boolean;
  nowMs(): number;
}): RecorderObserver {
  const { isEntered, nowMs } = options;
  const trace = createSipTrace(decodeManscdp);
  const learned = new Map<string, Learned>();
  const peers = new Map<string, string>();
  const ofRecorder = (recorderId: string): Learned => {
    const known = learned.get(recorderId) ?? {};
    learned.set(recorderId, known);
    return known;
  };
  const failed = (recorderId: string, problem: RecorderProblem, status?: number): void => {
    if (!isEntered(recorderId)) return;
    ofRecorder(recorderId).lastProblem = {
      atMs: nowMs(),
      problem,
      ...(status === undefined ? {} : { status }),
    };
  };
  /** Whose message it is: named in it, or the device that is at this address. */
  const recorderOf = (message: SipMessage, peer: SipPeer): string | undefined => {
    const key = `${peer.protocol} ${peer.address} ${peer.port}`;
    const named = [userOf(headerOf(message, 'from')), userOf(headerOf(message, 'to'))].find(
      (id) => id !== undefined && isEntered(id),
    );
    if (named === undefined) return peers.get(key);
    peers.delete(key);
    peers.set(key, named);
    const [oldest] = peers.keys();
    if (peers.size > maxPeers && oldest !== undefined) peers.delete(oldest);
    return named;
  };
  const note = (message: SipMessage, peer: SipPeer, direction: 'received' | 'sent'): void => {
    const recorderId = recorderOf(message, peer);
    if (recorderId === undefined) return;
    const { protocol, address, port } = peer;
    trace.note(recorderId, {
      atMs: nowMs(),
      direction,
      peer: `${protocol} ${address}:${port}`,
      bytes: written(message),
      sameAs: repeatKey(message, direction),
    });
    const word = (name: string): string | undefined => headerOf(message, name)?.slice(0, maxWordLength);
    if (direction === 'received') {
      const make = word('user-agent') ?? (isResponse(message) ? word('server') : undefined);
      if (make !== undefined) ofRecorder(recorderId).make = make;
    }
    const problem = problemOf(message, direction);
    if (problem !== undefined) failed(recorderId, problem.problem, problem.status);
  };
  return {
    trace,
    learnedOf: (recorderId) => learned.get(recorderId) ?? {},
    failed,
    received: (message, peer) => note(message, peer, 'received'),
    sent(bytes, peer) {
      const message = parseDatagram(bytes);
      if (message !== undefined) note(message, peer, 'sent');
    },
    forget(recorderId) {
      trace.forget(recorderId);
      learned.delete(recorderId);
    },
  };
}

function written(message: SipMessage): Buffer {
  const first = isRequest(message)
    ? `${message.start.method} ${message.start.uri} SIP/2.0`
    : isResponse(message)
      ? `SIP/2.0 ${message.start.status} ${message.start.reason}`
      : '';
  const headers = [...message.headers].flatMap(([name, values]) =>
    name === 'content-length' ? [] : values.map((value) => [titled(name), value] as const),
  );
  return writeMessage(first, headers, message.body);
}

/** Header names as they are usually written: `Call-ID`, `CSeq`, `Via`. */
function titled(name: string): string {
  if (name === 'call-id') return 'Call-ID';
  if (name === 'cseq') return 'CSeq';
  if (name === 'www-authenticate') return 'WWW-Authenticate';
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Keepalives and their answers say the same again; everything else counts by itself. */
function repeatKey(message: SipMessage, direction: string): string {
  if (isRequest(message)) {
    const isKeepalive = message.start.method === 'MESSAGE' && message.body.includes('Keepalive');
    return isKeepalive ? `${direction} keepalive` : '';
  }
  const isAnswer = sequenceOf(message)?.method === 'MESSAGE' && direction === 'sent';
  return isAnswer && isResponse(message) ? `${direction} ${message.start.status}` : '';
}

function problemOf(
  message: SipMessage,
  direction: 'received' | 'sent',
): { problem: RecorderProblem; status?: number } | undefined {
  if (!isResponse(message)) return undefined;
  const { status } = message.start;
  const method = sequenceOf(message)?.method;
  if (direction === 'sent') {
    if (status !== 403) return undefined;
    return { problem: method === 'REGISTER' ? 'wrong_password' : 'other_address' };
  }
  if (method !== 'INVITE' || status < 300) return undefined;
  if (status === 404 || status === 480) return { problem: 'no_such_channel', status };
  if (status === 486) return { problem: 'busy', status };
  if (status === 401 || status === 403) return { problem: 'not_allowed', status };
  return { problem: 'refused', status };
}
