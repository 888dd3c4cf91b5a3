import { expect, vi } from 'vitest';
import type { UpperSettings } from '../../src-shared/cascade/cascade.protocol.ts';
import type { UpperItem, ViewVerdict } from '../../src-sfu/features/cascade/cascade.ports.ts';
import type { UpperDialog } from '../../src-sfu/features/cascade/upperDialogs.ts';
import type { OpenedMedia } from '../../src-sfu/media/cascade/upperCalls.ts';
import type { UpperOffer } from '../../src-sfu/media/cascade/upperOffer.ts';
import { UpperLink } from '../../src-sfu/media/cascade/upperLink.ts';
import type { UpperTransport, UpperTransportOptions } from '../../src-sfu/media/cascade/upperTransport.ts';
import {
  headerOf,
  parameterOf,
  parseDatagram,
  writeMessage,
  writeResponse,
  type SipMessage,
} from '../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { silentLogger } from './ingestAttempt.ts';
import { ourId, upperId, upperPassword, upperSettings } from './upperStage.ts';

export const cameraGbId = '42120000001320000001';
export const folder: UpperItem = { gbId: '42120000002160000001', parentId: ourId, name: '咸安区' };
export const camera = (number: number, isOn = true): UpperItem => ({
  gbId: `42120000001320${String(number).padStart(6, '0')}`,
  parentId: folder.gbId,
  name: `实验小学食堂 <后厨> ${number}`,
  camera: { cameraId: `c${number}`, isOn, canTurn: false },
});

/** A link with the upper platform's side in the hands of the test, whose clock is a fake one. */
export function stageUpperLink(
  more: Partial<UpperSettings> = {},
  parts: {
    ours?: boolean;
    random?: () => number;
    seenAs?: { address: string; port: number };
    left?: UpperDialog[];
    /** By sockets, to who listens at the port of the settings: nothing is in the hands of the test then but the clock. */
    isBySockets?: boolean;
  } = {},
) {
  const sent: SipMessage[] = [];
  const bytes: Buffer[] = [];
  let deliver: UpperTransportOptions['onMessage'] = () => undefined;
  let lose: () => void = () => undefined;
  /** Our tag of each dialog. */
  const tags = new Map<string, string>();
  const { address = '127.0.0.1' } = more;
  const above = { address, port: 5060, protocol: 'udp' as const };
  const seenFrom = parts.seenAs ?? { address: '172.16.0.9', port: 61_000 };
  let items: readonly UpperItem[] = [folder, camera(1)];
  let verdict: (gbId: string) => ViewVerdict = (gbId) =>
    gbId === cameraGbId ? { verdict: 'may', cameraId: 'c1' } : { verdict: 'unknown' };
  const media = { opened: 0, begun: 0, closed: 0, again: 0 };
  const views: string[] = [];
  const targets: string[] = [];
  const turned: string[] = [];
  const dialogs: string[] = [];
  let open: (offer: UpperOffer) => Promise<OpenedMedia> = () => {
    media.opened += 1;
    return Promise.resolve({
      ok: true,
      media: {
        port: 30_000,
        ssrc: 1,
        begin: () => void (media.begun += 1),
        again: () => void (media.again += 1),
        close: () => void (media.closed += 1),
      },
    });
  };
  const createTransport = (options: UpperTransportOptions): UpperTransport => {
    deliver = options.onMessage;
    lose = options.onLost;
    return {
      open: () => Promise.resolve(),
      send(_peer, out) {
        const message = parseDatagram(out);
        if (message === undefined) throw new Error('the hub sent what is no SIP');
        sent.push(message);
        const tag = parameterOf(headerOf(message, 'to'), 'tag');
        if (tag !== undefined && 'status' in message.start && message.start.status === 200)
          tags.set(headerOf(message, 'call-id') ?? '', tag);
        bytes.push(out);
        return true;
      },
      port: () => 40_000,
      close: () => undefined,
    };
  };
  const link = new UpperLink({
    record: {
      upperId: 'u',
      settings: upperSettings(5060, more),
      password: upperPassword,
      shared: { districts: [], cameraIds: [] },
    },
    host: '127.0.0.1',
    ownAddress: () => '10.0.0.2',
    isOurselves: () => Promise.resolve(parts.ours ?? false),
    items: () => items,
    mayView: (gbId) => verdict(gbId),
    open: (_viewId, _cameraId, offered) => open(offered),
    isOwnAddress: (address) => address === '10.0.0.2',
    onView(event, { cameraId }, target) {
      views.push(`${event} ${cameraId}`);
      targets.push(target);
    },
    onDialog: (event, { callId }) => void dialogs.push(`${event} ${callId}`),
    leftDialogs: () => parts.left ?? [],
    turn(cameraId, motion) {
      turned.push(`${cameraId} ${motion.pan}`);
      return Promise.resolve(true);
    },
    goToPreset(cameraId, number) {
      turned.push(`${cameraId} to ${number}`);
      return Promise.resolve(true);
    },
    presetsOf: (cameraId) => (cameraId === 'c1' ? [{ number: 3, name: '灶台 <左>' }] : []),
    askKeyPicture: (cameraId) => void turned.push(`key ${cameraId}`),
    onChanged: () => undefined,
    version: '1.0.0',
    nowMs: () => Date.now(),
    wallMs: () => Date.now(),
    random: parts.random ?? (() => 0.5),
    logger: silentLogger,
    ...(parts.isBySockets === true ? {} : { createTransport }),
  });
  let seen = 0;
  const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const news = (): SipMessage[] => sent.slice(seen, (seen = sent.length));
  const answer = (
    request: SipMessage,
    status: string,
    headers: readonly (readonly [string, string])[] = [],
  ): void => {
    const written = writeResponse(request, status, {
      from: { ...seenFrom },
      headers,
    });
    const message = parseDatagram(written);
    if (message !== undefined) deliver(message, above);
  };
  const text = (body: string): Buffer => Buffer.from(`<?xml version="1.0"?>${body}`);
  let calls = 0;
  return {
    link,
    news,
    tick,
    answer,
    media,
    views,
    targets,
    turned,
    dialogs,
    bytes,
    deliver: (message: SipMessage) => deliver(message, above),
    /** The connection to the platform ends. */
    lose: () => lose(),
    /** From now on the platform sees us there. */
    seenFrom: (address: string, port: number) => void Object.assign(seenFrom, { address, port }),
    setItems: (next: readonly UpperItem[]) => (items = next),
    setVerdict: (next: typeof verdict) => (verdict = next),
    setOpen: (next: typeof open) => (open = next),
    statuses: () => news().map(({ start }) => ('status' in start ? start.status : start.method)),
    /** A request from above. */
    async ask(
      method: string,
      user: string,
      {
        body = '',
        headers = [],
        callId = `call-${(calls += 1)}`,
        from = upperId,
        sequence = 1,
        tag = method === 'ACK' || method === 'BYE' ? tags.get(callId) : undefined,
      }: {
        body?: string;
        headers?: readonly (readonly [string, string])[];
        callId?: string;
        from?: string;
        sequence?: number;
        /** Our tag in To, as it is given; ACK and BYE bring the one of our answer. */
        tag?: string | undefined;
      } = {},
    ): Promise<string> {
      const written = writeMessage(
        `${method} sip:${user}@10.0.0.2 SIP/2.0`,
        [
          ['Via', 'SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK1'],
          ['From', `<sip:${from}@4200000000>;tag=up`],
          ['To', `<sip:${user}@4200000000>${tag === undefined ? '' : `;tag=${tag}`}`],
          ['Call-ID', callId],
          ['CSeq', `${sequence} ${method}`],
          ...headers,
        ],
        method === 'MESSAGE' ? text(body) : Buffer.from(body),
      );
      const message = parseDatagram(written);
      if (message !== undefined) deliver(message, above);
      await tick();
      return callId;
    },
    async register(challenge = 'Digest realm="4200000000", nonce="n1", algorithm=MD5, qop="auth"') {
      link.open();
      await tick();
      const [first] = news();
      if (first === undefined) throw new Error('no REGISTER came');
      answer(first, '401 Unauthorized', [['WWW-Authenticate', challenge]]);
      await tick();
      const [second] = news();
      if (second === undefined) throw new Error('no second REGISTER came');
      return { first, second };
    },
    async registered() {
      const { second } = await this.register();
      answer(second, '200 OK', [
        ['Expires', '3600'],
        ['User-Agent', 'WVP 2.7'],
      ]);
      await tick();
      expect(link.standing().state).toBe('registered');
    },
  };
}

/** Asks for pictures by UDP at the platform's own address. */
export const offer = [
  'v=0',
  's=Play',
  'c=IN IP4 127.0.0.1',
  'm=video 6000 RTP/AVP 96',
  'y=0200000042',
  '',
].join('\r\n');
