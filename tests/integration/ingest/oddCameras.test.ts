import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { splitByteStream } from '../../../src-sfu/media/ingest/annexBSplitter.ts';
import { attemptIngest, type IngestAttempt } from '../../support/ingestAttempt.ts';
import { eventually } from '../../support/processes.ts';
import {
  answerPolitely,
  startScriptedCamera,
  type ScriptedCamera,
  type ScriptedConnection,
  type ScriptedRequest,
} from '../../support/scriptedCamera.ts';
import { aggregate, fragments, nalUnits, pps, rtp, slice } from '../../unit/sfu/media/ingest/rtpBuilders.ts';

const attempts: IngestAttempt[] = [];
const cameras: ScriptedCamera[] = [];
afterEach(async () => {
  for (const attempt of attempts.splice(0)) attempt.close();
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
});

const typeOf = (nal: Buffer): number => (nal[0] ?? 0) & 0x1f;
const isSlice = (nal: Buffer): boolean => [1, 5].includes(typeOf(nal));
const isFirst = (nal: Buffer): boolean => isSlice(nal) && ((nal[1] ?? 0) & 0x80) !== 0;

/** The pictures of a sample, each with the parameter sets before it. */
function picturesOf(name: string): Buffer[][] {
  const file = new URL(`../../cases/cameras/samples/${name}.h264`, import.meta.url);
  const pictures: Buffer[][] = [];
  let sets: Buffer[] = [];
  for (const nal of splitByteStream(readFileSync(file))) {
    if (isFirst(nal)) pictures.push([...sets, nal]);
    else if (isSlice(nal)) pictures.at(-1)?.push(nal);
    if (isSlice(nal)) sets = [];
    else if ([7, 8].includes(typeOf(nal))) sets.push(nal);
  }
  return pictures;
}

const base = picturesOf('base').slice(0, 25);
const slices = picturesOf('slices').slice(0, 25);

interface Packet {
  payload: Buffer;
  marker: boolean;
  timestamp: number;
  ssrc?: number;
  options?: Partial<Parameters<typeof rtp>[0]>;
}

function packetsOf(pictures: Buffer[][]): Packet[][] {
  return pictures.map((nals, picture) => {
    const payloads = nals.flatMap((nal) => (nal.length > 1_200 ? fragments(nal, 1_200) : [nal]));
    return payloads.map((payload, index) => ({
      payload,
      marker: index === payloads.length - 1,
      timestamp: 90_000 + picture * 9_000,
    }));
  });
}

function frame(channel: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]), data]);
}

/** Interleaved frames of these packets; `between` is put in front of the frames of each picture but the first. */
function framesOf(
  packets: readonly Packet[][],
  between: (picture: number) => Buffer = () => Buffer.alloc(0),
): Buffer {
  let sequence = 65_500;
  const parts: Buffer[] = [];
  packets.forEach((picture, index) => {
    if (index > 0) parts.push(between(index));
    for (const { payload, marker, timestamp, ssrc, options } of picture) {
      const packet = rtp({ sequence, timestamp, payload, marker, ...options });
      if (ssrc !== undefined) packet.writeUInt32BE(ssrc, 8);
      parts.push(frame(0, packet));
      sequence += 1;
    }
  });
  return Buffer.concat(parts);
}

/** Sends bytes in pieces of so many, each in its own turn. */
function sendInPieces({ socket }: ScriptedConnection, bytes: Buffer, pieceBytes = 1_460): void {
  let at = 0;
  const next = (): void => {
    if (socket.destroyed || at >= bytes.length) return;
    socket.write(bytes.subarray(at, at + pieceBytes));
    at += pieceBytes;
    setImmediate(next);
  };
  next();
}

type Script = (connection: ScriptedConnection, request: ScriptedRequest) => boolean;

async function watch(
  media: Buffer | ((connection: ScriptedConnection) => void),
  { script = () => false, ...options }: { script?: Script } & Parameters<typeof attemptIngest>[1] = {},
): Promise<IngestAttempt> {
  const camera = await startScriptedCamera((connection, request) => {
    // What the hub answers to requests of the camera.
    if (request.method.startsWith('RTSP/') || script(connection, request)) return;
    answerPolitely(connection, request, {
      media: (playing) => (typeof media === 'function' ? media(playing) : sendInPieces(playing, media)),
    });
  });
  cameras.push(camera);
  const attempt = attemptIngest(camera.url, options);
  attempts.push(attempt);
  return attempt;
}

const slicesOf = (pictures: Buffer[][]): Buffer[] => pictures.flat().filter(isSlice);
const sentSlices = ({ video }: IngestAttempt): Buffer[] => nalUnits(video).filter(isSlice);

/** Every slice of the camera goes out once, in order, and each picture has one marker, on its last packet. */
async function expectWhole(attempt: IngestAttempt, pictures: Buffer[][]): Promise<void> {
  const wanted = slicesOf(pictures);
  await eventually(
    'all pictures',
    () => sentSlices(attempt).length >= wanted.length || attempt.events.some(({ type }) => type === 'ended'),
    4_000,
  ).catch(() => undefined);
  expect(attempt.events.filter(({ type }) => type === 'ended')).toEqual([]);
  const sent = sentSlices(attempt);
  expect(sent.map((nal) => wanted.findIndex((other) => other.equals(nal)))).toEqual(
    wanted.map((_nal, index) => index),
  );
  // Of the last picture nothing says that it is over, until the next one or some silence.
  const markers = attempt.video.filter((packet) => ((packet[1] ?? 0) & 0x80) !== 0);
  expect(Math.abs(markers.length - pictures.length)).toBeLessThanOrEqual(1);
  const times = attempt.video.map((packet) => packet.readUInt32BE(4));
  const marked = new Set(markers.map((packet) => packet.readUInt32BE(4)));
  expect([...new Set(times)].filter((time) => !marked.has(time)).length).toBeLessThanOrEqual(1);
  expect(attempt.output.statistics().lostPackets).toBe(0);
}

/** A generator of numbers that are the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('markers of any pattern', () => {
  const change = (pictures: Buffer[][], set: (packet: Packet, index: number, of: number) => boolean) =>
    packetsOf(pictures).map((packets) =>
      packets.map((packet, index) => ({ ...packet, marker: set(packet, index, packets.length) })),
    );
  const chance = random(7);
  const patterns: [string, (packet: Packet, index: number, of: number) => boolean][] = [
    ['never', () => false],
    ['always', () => true],
    ['on the first packet', (_packet, index) => index === 0],
    [
      'on each parameter set and the last packet',
      ({ payload }, index, of) => !isSlice(payload) || index === of - 1,
    ],
    ['on every second picture', ({ timestamp }, index, of) => index === of - 1 && timestamp % 18_000 === 0],
    ['on all but the last packet', (_packet, index, of) => index < of - 1],
    ['at random', () => chance() < 0.5],
  ];
  it.each(patterns)('one slice a picture, marked %s', async (_name, set) => {
    await expectWhole(await watch(framesOf(change(base, set))), base);
  });
  it.each(patterns)('several slices a picture, marked %s', async (_name, set) => {
    await expectWhole(await watch(framesOf(change(slices, set))), slices);
  });
});

describe('stray bytes between frames', () => {
  const text = (value: string): Buffer => Buffer.from(value, 'latin1');
  const chance = random(3);
  const noise = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, () => chance() * 256));
  it.each<[string, () => Buffer]>([
    ['one', () => text('x')],
    ['two', () => text('\u0000\u0001')],
    ['a dollar', () => text('$')],
    ['two dollars', () => text('$$')],
    ['three dollars', () => text('$$$')],
    ['a dollar and a channel', () => text('$\u0000')],
    ['a dollar, a channel and half a length', () => text('$\u0000\u0001')],
    ['a frame that is empty', () => text('$\u0000\u0000\u0000')],
    ['an empty frame of a channel that is not set up', () => text('$\u0009\u0000\u0000')],
    ['a frame of a channel that is not set up', () => frame(9, Buffer.alloc(300, 0x24))],
    ['zeros', () => Buffer.alloc(300)],
    ['dollars', () => Buffer.alloc(300, 0x24)],
    ['the head of a huge frame of another channel', () => text('$\u0009\u00ff\u00ff')],
    ['text that ends in the middle of a message', () => text('RTSP')],
    ['17 of noise', () => noise(17)],
    ['1,500 of noise', () => noise(1_500)],
    [
      '1 to 9 of noise with a dollar',
      () => Buffer.concat([noise(1 + chance() * 4), text('$'), noise(chance() * 4)]),
    ],
    [
      'an RTP packet without its frame',
      () => rtp({ sequence: 1, timestamp: 1, payload: Buffer.alloc(200, 0x41) }),
    ],
  ])('%s', async (_name, between) => {
    const media = framesOf(packetsOf(base), (picture) => (picture % 4 === 2 ? between() : Buffer.alloc(0)));
    for (const pieceBytes of [1_460, 997]) {
      const attempt = await watch((connection) => sendInPieces(connection, media, pieceBytes));
      await expectWhole(attempt, base);
    }
  });
});

describe('packets that are no part of a picture', () => {
  const odd = (payload: Buffer, options: Packet['options'] = {}) =>
    packetsOf(base).flatMap((packets, index) =>
      index % 3 === 1
        ? [packets, [{ payload, marker: false, timestamp: packets[0]!.timestamp, options }]]
        : [packets],
    );
  it.each<[string, Buffer, Packet['options']?]>([
    ['no payload', Buffer.alloc(0)],
    ['padding alone', Buffer.alloc(0), { paddingBytes: 8 }],
    ['type 0', Buffer.from([0x00, 1, 2, 3])],
    ['a delimiter', Buffer.from([0x09, 0xf0])],
    ['supplemental information', Buffer.from([0x06, 5, 4, 1, 2, 3, 4, 0x80])],
    ['filler', Buffer.from([0x0c, 0xff, 0xff, 0x80])],
    ['the end of a sequence', Buffer.from([0x0a])],
    ['an SVC prefix', Buffer.from([0x6e, 0x40, 0x80, 0x07])],
    ['an SVC slice', Buffer.from([0x74, 0x40, 0x80, 0x07, 0x88, 1, 2, 3])],
    ['an aggregate without content', Buffer.from([0x78])],
    ['an aggregate of length 0', Buffer.from([0x78, 0, 0, 0, 0])],
    ['an aggregate that claims more than it has', Buffer.from([0x78, 0xff, 0xff, 0x41, 0x9a])],
    ['an aggregate of an aggregate', aggregate(aggregate(Buffer.from([0x09, 0xf0])))],
    ['STAP-B', Buffer.from([0x79, 0, 1, 0, 2, 0x09, 0xf0])],
    ['MTAP', Buffer.from([0x7a, 0, 1, 0, 2, 0, 0x09, 0xf0])],
    ['FU-B', Buffer.from([0x7d, 0x81, 0, 1, 0x9a, 1, 2, 3])],
    ['a fragment of nothing', Buffer.from([0x7c, 0x81])],
    ['a fragment of a delimiter', Buffer.from([0x7c, 0xc9, 0xf0])],
    ['type 31', Buffer.from([0x7f, 1, 2, 3])],
    ['a broken parameter set', Buffer.from([0x67, 0x42])],
    ['another payload type', Buffer.from([0x41, 0x9a, 1, 2, 3]), { payloadType: 107 }],
  ])('%s', async (_name, payload, options) => {
    await expectWhole(await watch(framesOf(odd(payload, options))), base);
  });

  it('frames that are too short for a packet', async () => {
    const media = framesOf(packetsOf(base), (picture) => frame(0, Buffer.alloc(picture % 12, 0x80)));
    await expectWhole(await watch(media), base);
  });
});

describe('pictures that are broken', () => {
  const intruder = (payloads: Buffer[]) =>
    packetsOf(base).flatMap((packets, index) =>
      index === 4
        ? [
            packets,
            payloads.map((payload) => ({ payload, marker: true, timestamp: packets[0]!.timestamp + 100 })),
          ]
        : [packets],
    );
  it.each<[string, Buffer[]]>([
    ['the end of a slice without its beginning', [Buffer.from([0x7c, 0x41, 1, 2, 3, 4, 5])]],
    ['the middle of a slice alone', [Buffer.from([0x7c, 0x01, 1, 2, 3, 4, 5])]],
    ['the beginning of a slice alone', [Buffer.from([0x7c, 0x81, 0x9a, 2, 3, 4, 5])]],
    ['the end of a key slice alone', [Buffer.from([0x7c, 0x45, 1, 2, 3, 4, 5])]],
    ['the beginning of a key slice alone', [Buffer.from([0x7c, 0x85, 0x88, 2, 3, 4, 5])]],
    ['a slice of one byte', [Buffer.from([0x41])]],
    ['a key slice of one byte', [Buffer.from([0x65])]],
  ])('%s: the next key pictures are whole', async (_name, payloads) => {
    const attempt = await watch(framesOf(intruder(payloads)));
    const wanted = slicesOf(base.slice(10));
    await eventually(
      'the last picture',
      () => sentSlices(attempt).some((nal) => nal.equals(wanted.at(-1)!)),
      4_000,
    );
    expect(attempt.events.filter(({ type }) => type === 'ended')).toEqual([]);
    const sent = sentSlices(attempt);
    for (const nal of wanted) expect(sent.filter((other) => other.equals(nal))).toHaveLength(1);
    await attempt.event('live');
  });

  it('no parameter sets until the second group', async () => {
    const nextKey = base.findIndex((nals, index) => index > 5 && nals.some((nal) => typeOf(nal) === 5));
    const late = base.map((nals, index) => (index < nextKey ? nals.filter(isSlice) : nals));
    const attempt = await watch(framesOf(packetsOf(late)));
    await attempt.event('live');
    const wanted = slicesOf(base.slice(nextKey));
    await eventually('the last picture', () => sentSlices(attempt).length >= wanted.length, 4_000);
    expect(sentSlices(attempt)).toEqual(wanted);
  });
});

describe('pictures of any size', () => {
  const unsigned = (value: number): string => {
    const binary = (value + 1).toString(2);
    return '0'.repeat(binary.length - 1) + binary;
  };
  /** A sequence parameter set of the baseline profile, bit by bit (ITU-T H.264, 7.3.2.1.1). */
  const setOf = (width: number, height: number): Buffer => {
    const numbers = [0, 0, 2, 1].map(unsigned).join('');
    const bits = `${numbers}0${unsigned(width / 16 - 1)}${unsigned(height / 16 - 1)}11001`;
    const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
    return Buffer.from([0x67, 0x42, 0xc0, 0x3e, ...bytes.map((byte) => parseInt(byte, 2))]);
  };
  it.each([
    [16, 16, 30],
    [7_680, 4_320, 3_000_000],
    [16_384, 16, 900],
  ])('%d × %d', async (width, height, keyBytes) => {
    const sets = [setOf(width, height), pps];
    const large = [0, 1, 2].flatMap((group) => [
      [...sets, slice('idr', keyBytes, { seed: group + 1 })],
      [slice('predicted', 40, { seed: group + 100 })],
    ]);
    await expectWhole(await watch(framesOf(packetsOf(large))), large);
  });

  it('larger than there are: the camera is not shown, and does no harm', async () => {
    const sets = [setOf(65_536, 65_536), pps];
    const large = [0, 1].map((group) => [...sets, slice('idr', 300, { seed: group + 1 })]);
    const attempt = await watch(framesOf(packetsOf(large)), { timeouts: { firstPictureMs: 700 } });
    await expect(attempt.event('ended')).resolves.toMatchObject({ cause: 'silent' });
  });
});

const ok = (_request: ScriptedRequest, lines: string[], body = '', end = '\r\n'): string =>
  [`RTSP/1.0 200 OK`, ...lines, ...(body === '' ? [] : [`Content-Length: ${body.length}`]), '', body].join(
    end,
  );
const sdp = (media: string[], end = '\r\n'): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=odd', 't=0 0', ...media, ''].join(end);
const usual = [
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1',
  'a=control:track1',
];
const media = framesOf(packetsOf(base));

/** The camera answers one method with exactly these bytes. */
function answering(method: string, answer: (request: ScriptedRequest) => string): Script {
  return ({ socket }, request) => {
    if (request.method !== method) return false;
    socket.write(Buffer.from(answer(request), 'latin1'));
    return true;
  };
}

describe('descriptions', () => {
  it.each<[string, string]>([
    ['line feeds alone', sdp(usual, '\n')],
    ['carriage returns alone', sdp(usual, '\r')],
    ['two carriage returns', sdp(usual, '\r\r\n')],
    ['all mixed', `v=0\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\rt=0 0\r\r\n${usual.join('\n')}`],
    ['no end of the last line', sdp(usual).trimEnd()],
    ['empty lines', `\r\n\r\n${sdp(usual.flatMap((line) => [line, '']))}`],
    ['a byte order mark', `\u00ef\u00bb\u00bf${sdp(usual)}`],
    ['blanks at the ends of lines', sdp(usual.map((line) => `${line}  \t`))],
    ['zeros at the end', `${sdp(usual)}\0\0`],
    ['a codec in small letters', sdp(usual.map((line) => line.replace('H264', 'h264')))],
    ['a codec with a channel count', sdp(usual.map((line) => line.replace('/90000', '/90000/1')))],
    ['a format before its map', sdp([usual[0]!, usual[2]!, usual[1]!, usual[3]!])],
    ['no format', sdp([usual[0]!, usual[1]!, usual[3]!])],
    ['a format without a number', sdp([usual[0]!, usual[1]!, 'a=fmtp:packetization-mode=1', usual[3]!])],
    [
      'a format of another number',
      sdp([usual[0]!, usual[1]!, 'a=fmtp:97 sprop-parameter-sets=AAAA', usual[3]!]),
    ],
    [
      'a format with sets that are none',
      sdp([usual[0]!, usual[1]!, 'a=fmtp:96 ;;sprop-parameter-sets = ,%%,=;', usual[3]!]),
    ],
    [
      'a format with blanks and semicolons',
      sdp([usual[0]!, usual[1]!, 'a=fmtp:96  Packetization-Mode = 1 ; ;', usual[3]!]),
    ],
    ['no control', sdp(usual.slice(0, 3))],
    ['an empty control', sdp([...usual.slice(0, 3), 'a=control:'])],
    ['a port and a number of ports', sdp(['m=video 5000/2 RTP/AVP 96', ...usual.slice(1)])],
    ['a feedback profile', sdp(['m=video 0 RTP/AVPF 96', ...usual.slice(1)])],
    [
      'another kind before it',
      sdp([
        'm=application 0 RTP/AVP 107',
        'a=rtpmap:107 vnd.onvif.metadata/90000',
        'a=control:track9',
        ...usual,
      ]),
    ],
    ['kinds in capitals', sdp(['m=VIDEO 0 RTP/AVP 96', ...usual.slice(1)])],
  ])('with %s', async (_name, body) => {
    const describe = answering('DESCRIBE', (request) =>
      ok(request, [`CSeq: ${request.sequence}`, 'Content-Type: application/sdp'], body),
    );
    await expectWhole(await watch(media, { script: describe }), base);
  });
});

describe('answers', () => {
  const described = (lines: (request: ScriptedRequest) => string[], end = '\r\n') =>
    answering('DESCRIBE', (request) => ok(request, lines(request), sdp(usual), end));
  it.each<[string, Script]>([
    ['without CSeq', described(() => [])],
    ['with CSeq twice', described(({ sequence }) => [`CSeq: ${sequence}`, `CSeq: ${sequence}`])],
    ['with CSeq twice, the second one wrong', described(({ sequence }) => [`CSeq: ${sequence}`, 'CSeq: 0'])],
    ['with CSeq of 20 digits', described(() => ['CSeq: 18446744073709551615'])],
    ['with CSeq below 0', described(() => ['CSeq: -1'])],
    ['with CSeq that is text', described(() => ['CSeq: abc'])],
    ['with an empty CSeq', described(() => ['CSeq:'])],
    ['with zeros before CSeq', described(({ sequence }) => [`CSeq: 000000000000000${sequence}`])],
    ['with cseq in small letters', described(({ sequence }) => [`cseq:${sequence}`])],
    ['with line feeds alone', described(({ sequence }) => [`CSeq: ${sequence}`], '\n')],
    [
      'of another version',
      answering('DESCRIBE', (request) =>
        ok(request, [`CSeq: ${request.sequence}`], sdp(usual)).replace('RTSP/1.0', 'RTSP/2.0'),
      ),
    ],
    [
      'without a reason',
      answering('DESCRIBE', (request) =>
        ok(request, [`CSeq: ${request.sequence}`], sdp(usual)).replace('200 OK', '200'),
      ),
    ],
    ['with a header over two lines', described(({ sequence }) => [`CSeq: ${sequence}`, 'X-Long: a', '  b'])],
    [
      'after 100 Continue',
      answering(
        'DESCRIBE',
        (request) =>
          `RTSP/1.0 100 Continue\r\nCSeq: ${request.sequence}\r\n\r\n${ok(request, [`CSeq: ${request.sequence}`], sdp(usual))}`,
      ),
    ],
    [
      'after 100 Continue without CSeq, three times',
      answering(
        'DESCRIBE',
        (request) =>
          `${'RTSP/1.0 100 Continue\r\n\r\n'.repeat(3)}${ok(request, [`CSeq: ${request.sequence}`], sdp(usual))}`,
      ),
    ],
    [
      'with a length twice',
      answering('DESCRIBE', (request) =>
        ok(request, [`CSeq: ${request.sequence}`, `Content-Length: ${sdp(usual).length}`], sdp(usual)),
      ),
    ],
    [
      'with a length and blanks',
      answering('DESCRIBE', (request) =>
        ok(request, [`CSeq: ${request.sequence}`], sdp(usual)).replace(
          /Content-Length: (\d+)/,
          'Content-Length:   $1  ',
        ),
      ),
    ],
    [
      'with a length that is some bytes short',
      answering('DESCRIBE', (request) =>
        ok(request, [`CSeq: ${request.sequence}`], `${sdp(usual)}\r\n`).replace(
          /Content-Length: (\d+)/,
          (_all, bytes: string) => `Content-Length: ${Number(bytes) - 2}`,
        ),
      ),
    ],
    [
      'to PLAY after the first media',
      ({ socket }, request) => {
        if (request.method !== 'PLAY') return false;
        const first = 4 + media.readUInt16BE(2);
        socket.write(media.subarray(0, first));
        socket.write(ok(request, [`CSeq: ${request.sequence}`]));
        socket.write(media.subarray(first));
        return true;
      },
    ],
    [
      'to PLAY in the middle of nowhere: none at all, but media',
      ({ socket }, request) => {
        if (request.method !== 'PLAY') return false;
        socket.write(media);
        return true;
      },
    ],
  ])('%s', async (_name, script) => {
    await expectWhole(await watch(media, { script }), base);
  });
});

describe('the answer to SETUP', () => {
  const setUp = (headers: (transport: string) => string[]) =>
    answering('SETUP', (request) =>
      ok(request, [`CSeq: ${request.sequence}`, ...headers(request.headers.get('transport') ?? '')]),
    );
  const session = 'Session: abc';
  it.each<[string, Script]>([
    ['without a transport', setUp(() => [session])],
    ['with an empty transport', setUp(() => [session, 'Transport:'])],
    ['with one channel', setUp(() => [session, 'Transport: RTP/AVP/TCP;unicast;interleaved=0'])],
    ['with blanks', setUp(() => [session, 'Transport: RTP/AVP/TCP ; unicast ; interleaved = 0 - 1 '])],
    ['in capitals', setUp((transport) => [session, `TRANSPORT: ${transport.toUpperCase()}`])],
    [
      'with an SSRC that is none',
      setUp((transport) => [session, `Transport: ${transport};ssrc=xyz;mode="PLAY"`]),
    ],
    [
      'with an SSRC that is not sent',
      setUp((transport) => [session, `Transport: ${transport};ssrc=00000001`]),
    ],
    ['with the same channel twice', setUp(() => [session, 'Transport: RTP/AVP/TCP;unicast;interleaved=0-0'])],
    [
      'with channels that make no sense',
      setUp(() => [session, 'Transport: RTP/AVP/TCP;unicast;interleaved=x-y']),
    ],
    ['with two transports', setUp((transport) => [session, `Transport: ${transport}, RTP/AVP;unicast`])],
    [
      'with the transport twice',
      setUp((transport) => [session, `Transport: ${transport}`, 'Transport: RTP/AVP;unicast']),
    ],
    ['without a session', setUp((transport) => [`Transport: ${transport}`])],
    ['with two sessions', setUp((transport) => [session, 'Session: def', `Transport: ${transport}`])],
    [
      'with a session without end',
      setUp((transport) => [`Session: ${'a'.repeat(4_000)}`, `Transport: ${transport}`]),
    ],
    ['with a timeout of 0', setUp((transport) => ['Session: abc;timeout=0', `Transport: ${transport}`])],
    ['with a timeout of 1 s', setUp((transport) => ['Session: abc;timeout=1', `Transport: ${transport}`])],
    ['with a timeout below 0', setUp((transport) => ['Session: abc;timeout=-5', `Transport: ${transport}`])],
    [
      'with a timeout of years',
      setUp((transport) => ['Session: abc; timeout = 999999999999', `Transport: ${transport}`]),
    ],
  ])('%s', async (_name, script) => {
    await expectWhole(await watch(media, { script }), base);
  });

  it('with the highest channels', async () => {
    const script = setUp(() => [session, 'Transport: RTP/AVP/TCP;unicast;interleaved=254-255']);
    const moved = Buffer.from(media);
    for (let at = 0; at < moved.length; at += 4 + moved.readUInt16BE(at + 2)) moved[at + 1] = 254;
    await expectWhole(await watch(moved, { script }), base);
  });
});

describe('reports of the camera', () => {
  const report = (type: number, count: number, words: number, bytes: number): Buffer => {
    const packet = Buffer.alloc(bytes);
    packet.set([0x80 | count, type, words >> 8, words & 0xff]);
    return packet;
  };
  it.each<[string, Buffer]>([
    ['none', Buffer.alloc(0)],
    ['one byte', Buffer.from([0x80])],
    ['a head alone', report(200, 0, 0, 4)],
    ['a sender report that is cut', report(200, 0, 6, 12)],
    ['a sender report that claims 31 blocks', report(200, 31, 6, 28)],
    ['a length beyond the packet', report(200, 0, 0xffff, 28)],
    ['of version 1', Buffer.concat([Buffer.from([0x40, 200, 0, 6]), Buffer.alloc(24)])],
    ['a farewell that is cut', report(203, 31, 1, 6)],
    ['a farewell of nobody', report(203, 0, 0, 4)],
    ['a farewell of another', Buffer.concat([report(200, 0, 6, 28), report(203, 1, 1, 8)])],
    ['a thousand heads', Buffer.concat(Array.from({ length: 1_000 }, () => report(201, 0, 0, 4)))],
    ['an unknown kind', report(223, 5, 2, 12)],
  ])('%s', async (_name, packet) => {
    for (const channel of [1, 0]) {
      const bytes = framesOf(packetsOf(base), (picture) =>
        picture % 3 === 1 ? frame(channel, packet) : Buffer.alloc(0),
      );
      await expectWhole(await watch(bytes), base);
    }
  });
});

describe('requests of the camera', () => {
  it.each<[string, string]>([
    ['OPTIONS', 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
    ['OPTIONS without CSeq', 'OPTIONS * RTSP/1.0\r\n\r\n'],
    [
      'ANNOUNCE with a body',
      'ANNOUNCE rtsp://x/ RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 5\r\n\r\n$\u0000\u0000\u0001x',
    ],
    [
      'SET_PARAMETER with a body',
      'SET_PARAMETER rtsp://x/ RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 3\r\n\r\nabc',
    ],
    ['an answer to nothing', 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'],
  ])('%s', async (_name, message) => {
    const between = (picture: number): Buffer =>
      picture % 5 === 1 ? Buffer.from(message, 'latin1') : Buffer.alloc(0);
    await expectWhole(await watch(framesOf(packetsOf(base), between)), base);
  });
});

describe('a redirect', () => {
  const password = { username: 'admin', password: 'Secret-1' };
  const challenges = ['Digest realm="r", nonce="n"', 'Basic realm="r"'];
  const authorizations = ({ requests }: ScriptedCamera): string[] =>
    requests.flatMap(({ headers }) => headers.get('authorization') ?? []);

  it.each(
    [301, 302, 303, 305, 307].flatMap((status) =>
      challenges.map((challenge) => [status, challenge] as const),
    ),
  )(
    '%d to another place takes no password with it, whatever that asks for (%s)',
    async (status, challenge) => {
      const other = await startScriptedCamera((connection, request) =>
        connection.answer(request, '401 Unauthorized', { 'WWW-Authenticate': challenge }),
      );
      cameras.push(other);
      for (const location of [
        other.url,
        other.url.replace('rtsp:', 'RTSP:'),
        other.url.replace('127.0.0.1', 'localhost'),
      ]) {
        const attempt = await watch(media, {
          ...password,
          script: (connection, request) => {
            if (request.method !== 'DESCRIBE') return false;
            connection.answer(request, `${status} Moved`, { Location: location });
            return true;
          },
        });
        await attempt.event('ended');
        expect(authorizations(other)).toEqual([]);
      }
    },
  );

  it('that names a user of its own sends that one, not the registered one', async () => {
    const other = await startScriptedCamera((connection, request) =>
      connection.answer(request, '401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="r"' }),
    );
    cameras.push(other);
    const attempt = await watch(media, {
      ...password,
      script: (connection, request) => {
        if (request.method !== 'DESCRIBE') return false;
        connection.answer(request, '302 Moved', { Location: other.url.replace('//', '//guest:own@') });
        return true;
      },
    });
    await attempt.event('ended');
    for (const header of authorizations(other))
      expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString()).not.toContain('Secret-1');
  });

  it.each([
    '',
    'http://127.0.0.1/',
    'rtsps://127.0.0.1/x',
    'rtsp://',
    '//127.0.0.1:1/x',
    'rtsp://127.0.0.1:99999/',
    'x'.repeat(4_000),
  ])('to %j ends with a word', async (location) => {
    const attempt = await watch(media, {
      script: (connection, request) => {
        if (request.method !== 'DESCRIBE') return false;
        connection.answer(request, '302 Moved', { Location: location });
        return true;
      },
    });
    const { message } = await attempt.event('ended');
    expect(message).not.toBe('');
  });
});
