import type {
  RecorderRecord,
  RecordersRepository,
} from '../../src-sfu/features/recorders/recorders.repository.ts';
import {
  createRecordersService,
  type RecordersService,
} from '../../src-sfu/features/recorders/recorders.service.ts';
import type { StoredCall } from '../../src-sfu/features/recorders/recorders.ports.ts';
import { SipDoor } from '../../src-sfu/media/sources/gb28181/sipDoor.ts';
import type { SipDoorSettings } from '../../src-sfu/media/sources/gb28181/sipDoorSettings.ts';
import {
  headerOf,
  isRequest,
  isResponse,
  parseDatagram,
  writeMessage,
  type SipMessage,
} from '../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { digestResponse } from '../../src-sfu/media/sources/gb28181/sipDigest.ts';
import type { SipPeer, SipTransportOptions } from '../../src-sfu/media/sources/gb28181/sipTransport.ts';
import { silentLogger } from './ingestAttempt.ts';

export const platformId = '42120000002000000001';
export const recorderId = '42120000001180000001';
export const channelId = '42120000001320000001';
export const at = (address: string, port = 5060): SipPeer => ({ address, port, protocol: 'udp' });
export const home = at('10.77.0.9');

/** A message of the hub, with where it went. */
export interface SentMessage {
  to: SipPeer;
  message: SipMessage;
  method: string;
  status: number;
  body: string;
}

/** A repository in memory, which keeps what it was given. */
export function memoryRecorders(): RecordersRepository & { failing: boolean; saved: string[] } {
  const refuse = <Value>(value: Value): Promise<Value> =>
    repository.failing ? Promise.reject(new Error('disk full')) : Promise.resolve(value);
  const saved: string[] = [];
  const repository = {
    failing: false,
    saved,
    list: (): Promise<RecorderRecord[]> => Promise.resolve([]),
    channels: () => Promise.resolve([]),
    calls: (): Promise<StoredCall[]> => Promise.resolve([]),
    add: () => refuse(undefined),
    setClock: () => refuse(undefined),
    setHabit: () => refuse(undefined),
    remove: () => refuse(undefined),
    savePlaces: () => refuse(undefined),
    async saveChannels(channels: readonly { channelId: string }[]) {
      await refuse(undefined);
      saved.push(...channels.map((channel) => channel.channelId));
    },
    saveLearned: () => refuse(undefined),
    addCall: () => refuse(undefined),
    removeCall: () => refuse(undefined),
  };
  return repository;
}

/**
 * The SIP door over a transport in memory: what the hub sends is a list, what devices send is given to it. `kept`: the recorder is
 * known from an earlier run of the hub, with where it was and what calls it had.
 */
export async function doorInMemory(
  nowMs: () => number,
  kept?: { place: SipPeer; calls: StoredCall[] },
  settings: Pick<SipDoorSettings, 'mayHaveMedia'> = {},
): Promise<{
  door: SipDoor;
  recorders: RecordersService;
  repository: ReturnType<typeof memoryRecorders>;
  sent: SentMessage[];
  /** Peers whose connection the hub ended. */
  hungUp: SipPeer[];
  /** What was sent since the last call of this. */
  news(): SentMessage[];
  deliver(bytes: Buffer, from?: SipPeer): void;
  /** A request of the recorder, or of whoever says so. */
  request(method: string, options?: RequestOptions): SentMessage[];
  /** Answers a request of the hub. */
  answer(request: SentMessage, status?: string, body?: string, from?: SipPeer): void;
  /** Registers with the right password. */
  register(from?: SipPeer, headers?: readonly (readonly [string, string])[]): SentMessage[];
  password: string;
}> {
  const repository = memoryRecorders();
  let password = 'kitchen-7-kitchen';
  if (kept !== undefined) {
    const row = { recorderId, name: 'School', password, place: kept.place, learned: {}, setsClock: true };
    repository.list = () => Promise.resolve([row]);
    repository.calls = () => Promise.resolve(kept.calls);
  }
  const recorders = await createRecordersService({ repository, logger: silentLogger, nowMs });
  if (kept === undefined) ({ password } = await recorders.add({ recorderId, name: 'School' }, 'tests'));
  const sent: SentMessage[] = [];
  const hungUp: SipPeer[] = [];
  let seen = 0;
  let options: SipTransportOptions | undefined;
  const door = new SipDoor(
    {
      host: '127.0.0.1',
      port: 5060,
      address: '10.77.0.1',
      platformId,
      mediaPorts: { first: 40_800, last: 40_900 },
      ...settings,
    },
    recorders.directory,
    silentLogger,
    nowMs,
    (given) => {
      options = given;
      return {
        open: () => Promise.resolve({ port: 5060 }),
        send(to, bytes) {
          const message = parseDatagram(bytes);
          if (message === undefined) throw new Error('the hub sent what is no SIP');
          sent.push({
            to,
            message,
            method: isRequest(message) ? message.start.method : '',
            status: isResponse(message) ? message.start.status : 0,
            body: message.body.toString(),
          });
          return true;
        },
        hangUp: (peer) => void hungUp.push(peer),
        close: () => undefined,
      };
    },
  );
  recorders.onRevoked((id, place) => door.revoke(id, place));
  await door.open();
  const news = (): SentMessage[] => sent.slice(seen, (seen = sent.length));
  const deliver = (bytes: Buffer, from = home): void => {
    const message = parseDatagram(bytes);
    if (message !== undefined) options?.onMessage(message, from);
  };
  let count = 0;
  const request = (method: string, wanted: RequestOptions = {}): SentMessage[] => {
    count += 1;
    const { from = home, id = recorderId, headers = [], body = '', callId = `call-${count}` } = wanted;
    news();
    const lines: (readonly [string, string])[] = [
      ['Via', `SIP/2.0/UDP ${from.address}:${from.port};rport;branch=z9hG4bK${count}`],
      ['From', `<sip:${id}@4212000000>;tag=1`],
      ['To', `<sip:${platformId}@4212000000>`],
      ['Call-ID', callId],
      ['CSeq', `${count} ${method}`],
      ...headers,
    ];
    deliver(writeMessage(`${method} sip:${platformId}@4212000000 SIP/2.0`, lines, Buffer.from(body)), from);
    return news();
  };
  return {
    door,
    recorders,
    repository,
    sent,
    hungUp,
    news,
    deliver,
    request,
    answer(asked, status = '200 OK', body = '', from = asked.to) {
      const kept = ['via', 'from', 'call-id', 'cseq'].map(
        (name) => [name, headerOf(asked.message, name) ?? ''] as const,
      );
      const to = ['to', `${headerOf(asked.message, 'to') ?? ''};tag=9`] as const;
      const contact = ['contact', `<sip:${recorderId}@${from.address}:${from.port}>`] as const;
      deliver(writeMessage(`SIP/2.0 ${status}`, [...kept, to, contact], Buffer.from(body)), from);
    },
    register(from = home, headers = []) {
      const [challenge] = request('REGISTER', { from });
      const nonce = /nonce="([^"]+)"/.exec(
        headerOf(challenge?.message ?? emptyMessage, 'www-authenticate') ?? '',
      )?.[1];
      const answer = {
        username: recorderId,
        realm: '4212000000',
        nonce: nonce ?? '',
        uri: `sip:${platformId}@4212000000`,
        response: '',
        nc: '',
        cnonce: '',
      };
      const response = digestResponse(answer, 'REGISTER', password);
      const authorization = `Digest username="${recorderId}", realm="4212000000", nonce="${answer.nonce}", uri="${answer.uri}", response="${response}"`;
      return request('REGISTER', { from, headers: [['Authorization', authorization], ...headers] });
    },
    password,
  };
}

const emptyMessage: SipMessage = {
  start: { status: 0, reason: '' },
  headers: new Map(),
  body: Buffer.alloc(0),
};

export interface RequestOptions {
  from?: SipPeer;
  id?: string;
  headers?: readonly (readonly [string, string])[];
  body?: string;
  callId?: string;
}
