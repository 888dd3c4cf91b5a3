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
  /** Where it has registered; undefined while it is nowhere. */
  placeOf(recorderId: string): Pick<SipPeer, 'address'> | undefined;
  /** Whether it was heard there lately. */
  isOnline(recorderId: string): boolean;
  /** What `learnedOf` says of a recorder is another thing now. */
  onLearned(): void;
  nowMs(): number;
}): RecorderObserver {
  const { isEntered, placeOf, isOnline, onLearned, nowMs } = options;
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
    const known = ofRecorder(recorderId);
    const { lastProblem: before } = known;
    known.lastProblem = { atMs: nowMs(), problem, ...(status === undefined ? {} : { status }) };
    // The list shows the minute.
    const isShownSame = before?.problem === problem && before.status === status;
    if (!isShownSame || Math.floor(before.atMs / 60_000) !== Math.floor(nowMs() / 60_000)) onLearned();
  };
  /** Whether a message of or to this address is not between the hub and the recorder: whoever knows an id may use it. */
  const isForeign = (recorderId: string, { address }: SipPeer): boolean => {
    const place = placeOf(recorderId);
    return place !== undefined && place.address !== address;
  };
  /** Whose message it is: named in it, or the device that is at this address. */
  const recorderOf = (message: SipMessage, peer: SipPeer): string | undefined => {
    const key = `${peer.protocol} ${peer.address} ${peer.port}`;
    const named = [userOf(headerOf(message, 'from')), userOf(headerOf(message, 'to'))].find(
      (id) => id !== undefined && isEntered(id),
    );
    if (named === undefined) return peers.get(key);
    if (isForeign(named, peer)) return named;
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
    const isOfOther = isForeign(recorderId, peer);
    trace.note(recorderId, {
      atMs: nowMs(),
      direction,
      peer: `${protocol} ${address}:${port}`,
      bytes: written(message),
      sameAs: isOfOther ? foreignKey(message, direction) : repeatKey(message, direction),
      isForeign: isOfOther,
    });
    const word = (name: string): string | undefined => headerOf(message, name)?.slice(0, maxWordLength);
    if (direction === 'received') {
      const make = word('user-agent') ?? (isResponse(message) ? word('server') : undefined);
      const known = ofRecorder(recorderId);
      if (make !== undefined && make !== known.make && !isOfOther) {
        known.make = make;
        onLearned();
      }
    }
    const problem = problemOf(message, direction);
    // Of one that is where it registered, somebody else's refusals say nothing.
    if (problem !== undefined && !(isOfOther && isOnline(recorderId)))
      failed(recorderId, problem.problem, problem.status);
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
      for (const [key, one] of peers) if (one === recorderId) peers.delete(key);
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

const usualMethods: ReadonlySet<string> = new Set([
  'REGISTER',
  'MESSAGE',
  'NOTIFY',
  'INVITE',
  'ACK',
  'BYE',
  'OPTIONS',
]);

/** Messages of others in a recorder's name are one line for each kind: they push nothing of its own out. */
function foreignKey(message: SipMessage, direction: string): string {
  if (isResponse(message)) return `foreign ${direction} ${direction === 'sent' ? message.start.status : ''}`;
  const method = isRequest(message) ? message.start.method : '';
  return `foreign ${direction} ${usualMethods.has(method) ? method : ''}`;
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
