import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { voiceTypeOf } from '../../../../src-sfu/features/attachments/voiceContainer.ts';
import {
  isTakenElsewhere,
  type AttachmentKind,
} from '../../../../src-shared/attachments/attachments.protocol.ts';
import fc from '../../../support/properties.ts';
import { announcement, openStage, phone, photograph, upload, type Stage } from './attachmentStage.ts';

const li = phone('li');
let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

let count = 0;
const send = (bytes: Uint8Array, kind: AttachmentKind = 'photograph', more: object = {}) => {
  count += 1;
  return upload(stage.attachments, li, announcement(`one-${count}`, bytes, { kind, ...more }), bytes);
};
const rejection = async (bytes: Uint8Array, kind?: AttachmentKind): Promise<string | undefined> => {
  const answer = await send(bytes, kind);
  return answer.ok && answer.data.state === 'rejected' ? answer.data.rejection : undefined;
};
const keptOf = async (bytes: Uint8Array, more: object = {}) => {
  const answer = await send(bytes, 'photograph', more);
  if (!answer.ok || answer.data.state !== 'kept') throw new Error(JSON.stringify(answer));
  const { attachment } = answer.data;
  return { attachment, file: await readFile(stage.files.pathOf(attachment, 'file')) };
};
/** 29°50'24"N 114°19'12"E, with what a camera writes beside it. */
const withExif = async (): Promise<Buffer> =>
  sharp(await photograph(400, 200))
    .withExif({
      IFD0: { Make: 'SpyPhone' },
      IFD2: { DateTimeOriginal: '2026:11:28 07:05:09' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '29/1 50/1 24/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '114/1 19/1 12/1',
      },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

/** The header of a PNG of this size, and no pixels. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const typed = Buffer.concat([Buffer.from(type), data]);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, check]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', size),
    chunk('IDAT', Buffer.alloc(30)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

describe('a photograph', () => {
  it('is kept as pixels alone, upright; what its file said of where and when is kept beside it', async () => {
    const { attachment, file } = await keptOf(await withExif(), {
      place: { latitude: 29.84, longitude: 114.32 },
    });
    expect(attachment).toMatchObject({
      mediaType: 'image/jpeg',
      width: 200,
      height: 400,
      embedded: {
        takenAt: '2026-11-28T07:05:09',
        latitude: expect.closeTo(29.84),
        longitude: expect.closeTo(114.32),
      },
    });
    expect(isTakenElsewhere(attachment)).toBe(false);
    expect((await sharp(file).metadata()).exif).toBeUndefined();
    expect(file.includes('SpyPhone')).toBe(false);
    const small = await sharp(stage.files.pathOf(attachment, 'thumbnail')).metadata();
    expect(Math.max(small.width, small.height)).toBe(320);
  });

  it('is said to be taken elsewhere where its file names a place more than 500 m from the phone', async () => {
    const sent = await withExif();
    const far = await keptOf(sent, { place: { latitude: 30.5, longitude: 114.3 } });
    expect(isTakenElsewhere(far.attachment)).toBe(true);
    expect(far.attachment.embedded?.awayM).toBeGreaterThan(70_000);
    const unknown = await keptOf(sent);
    expect(isTakenElsewhere(unknown.attachment)).toBe(false);
  });

  it('loses what was hidden behind and inside it', async () => {
    const polyglot = Buffer.concat([await photograph(), Buffer.from('<script>alert(1)</script>%PDF-1.7')]);
    const { file } = await keptOf(polyglot);
    expect(file.includes('script')).toBe(false);
    const commented = await sharp(await photograph())
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><script>alert(1)</script></x:xmpmeta>')
      .toBuffer();
    expect(commented.includes('script')).toBe(true);
    expect((await keptOf(commented)).file.includes('script')).toBe(false);
  });

  it.each(['png', 'webp'] as const)('is taken as %s too, and kept as a JPEG', async (format) => {
    const { attachment, file } = await keptOf(
      await sharp(await photograph())
        .toFormat(format)
        .toBuffer(),
    );
    expect(attachment.mediaType).toBe('image/jpeg');
    expect((await sharp(file).metadata()).format).toBe('jpeg');
  });

  it.each([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(200))],
    [
      'a drawing with a script',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'.padEnd(200)),
    ],
    ['a document', Buffer.from('%PDF-1.7 %%EOF'.padEnd(2_000))],
    ['a GIF', Buffer.from(`GIF89a${'\0'.repeat(100)}`)],
    ['one byte', Buffer.from([0xff])],
    ['noise that begins as a PNG', Buffer.concat([pngHeader(9, 9).subarray(0, 8), Buffer.alloc(500, 7)])],
  ])('that is %s is no picture', async (_what, bytes) => {
    expect(await rejection(bytes)).toBe('not_a_picture');
  });

  it('of an iPhone’s own format is named as that', async () => {
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(300)]);
    expect(await rejection(heic)).toBe('heic');
  });

  it.each([
    [30_000, 30_000],
    [65_000, 1_000],
    [8, 100_000_000],
  ])('that promises %i × %i pixels is not unpacked', async (width, height) => {
    expect(await rejection(pngHeader(width, height))).toBe('too_many_pixels');
  });

  it('that is cut off is named as that, wherever it is cut', async () => {
    const whole = await photograph();
    for (const share of [0.01, 0.3, 0.6, 0.95]) {
      expect(await rejection(whole.subarray(0, whole.length * share))).toBe('cut_off');
    }
  });

  it('larger than is kept becomes smaller', async () => {
    const { attachment } = await keptOf(
      await sharp({ create: { width: 6_000, height: 3_000, channels: 3, background: '#284' } })
        .jpeg()
        .toBuffer(),
    );
    expect(attachment).toMatchObject({ width: 4_096, height: 2_048 });
    expect((await stat(stage.files.pathOf(attachment, 'file'))).size).toBe(attachment.bytes);
  });
});

/** An element of EBML: an id, a length of one byte, or of unknown length, and its content. */
function element(id: readonly number[], content: Uint8Array | readonly Buffer[], isOpen = false): Buffer {
  const body = content instanceof Uint8Array ? Buffer.from(content) : Buffer.concat(content);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(isOpen ? 0x01ff_ffff_ffff_ffffn : 0x0100_0000_0000_0000n | BigInt(body.length));
  return Buffer.concat([Buffer.from(id), size, body]);
}
const webm = ({
  codec = 'A_OPUS',
  type = 2,
  more = [] as Buffer[],
  isOpen = true,
  docType = 'webm',
} = {}): Buffer => {
  const track = element(
    [0xae],
    [
      element([0xd7], Buffer.from([1])),
      element([0x83], Buffer.from([type])),
      element([0x86], Buffer.from(codec)),
    ],
  );
  const cluster = (): Buffer =>
    element(
      [0x1f, 0x43, 0xb6, 0x75],
      [element([0xe7], Buffer.from([0])), element([0xa3], Buffer.alloc(200))],
      isOpen,
    );
  return Buffer.concat([
    element([0x1a, 0x45, 0xdf, 0xa3], [element([0x42, 0x82], Buffer.from(docType))]),
    element(
      [0x18, 0x53, 0x80, 0x67],
      [element([0x16, 0x54, 0xae, 0x6b], [track, ...more]), cluster(), cluster()],
      isOpen,
    ),
  ]);
};

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}
const mp4 = ({ handler = 'soun', format = 'mp4a', more = [] as Buffer[] } = {}): Buffer =>
  Buffer.concat([
    box('ftyp', Buffer.from('M4A \0\0\0\0mp42')),
    box(
      'moov',
      box(
        'trak',
        box(
          'mdia',
          box('hdlr', Buffer.alloc(8), Buffer.from(handler), Buffer.alloc(12)),
          box(
            'minf',
            box('stbl', box('stsd', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), box(format, Buffer.alloc(28)))),
          ),
        ),
      ),
    ),
    box('moof', Buffer.alloc(16)),
    box('mdat', Buffer.alloc(400)),
    ...more,
  ]);

describe('a voice note', () => {
  it('is taken as browsers record it, and kept byte for byte', async () => {
    for (const [bytes, mediaType] of [
      [webm(), 'audio/webm'],
      [webm({ isOpen: false }), 'audio/webm'],
      [mp4(), 'audio/mp4'],
      [mp4({ format: 'Opus' }), 'audio/mp4'],
    ] as const) {
      const answer = await send(bytes, 'voice', { durationMs: 4_000 });
      expect(answer).toMatchObject({ data: { state: 'kept', attachment: { mediaType, durationMs: 4_000 } } });
      if (!answer.ok || answer.data.state !== 'kept') continue;
      expect(await readFile(stage.files.pathOf(answer.data.attachment, 'file'))).toEqual(bytes);
    }
  });

  it.each([
    ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.alloc(100)])],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(200))],
    ['a film as WebM', webm({ type: 1, codec: 'V_VP8' })],
    ['sound with a film', webm({ more: [element([0xae], [element([0x83], Buffer.from([1]))])] })],
    ['Matroska', webm({ docType: 'matroska' })],
    ['a film as MP4', mp4({ handler: 'vide', format: 'avc1' })],
    [
      'followed by a page',
      Buffer.concat([webm({ isOpen: false }), Buffer.from('<script>alert(1)</script>')]),
    ],
    ['MP4 followed by a page', Buffer.concat([mp4(), Buffer.from('<script>alert(1)</script>')])],
    ['MP4 with another box', mp4({ more: [box('uuid', Buffer.from('<script>'))] })],
    ['WebM that is cut off', webm({ isOpen: false }).subarray(0, -50)],
    ['MP4 that is cut off', mp4().subarray(0, -50)],
  ])('that is %s is none', async (_what, bytes) => {
    expect(await rejection(bytes, 'voice')).toBe('not_a_voice_note');
  });

  it('of any bytes is judged without a fault, and quickly', () => {
    const start = fc.constantFrom(webm(), mp4(), Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
    fc.assert(
      fc.property(
        start,
        fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
        (from, changes) => {
          const bytes = Buffer.from(from);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          expect([undefined, 'audio/webm', 'audio/mp4']).toContain(voiceTypeOf(bytes));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a document', () => {
  it('is a PDF from its first byte, and nothing else', async () => {
    const pdf = Buffer.from(`%PDF-1.7\n${'x'.repeat(2_000)}\n%%EOF\n`);
    expect(await send(pdf, 'document')).toMatchObject({
      data: { attachment: { mediaType: 'application/pdf' } },
    });
    expect(await rejection(Buffer.concat([Buffer.from('<script>'), pdf]), 'document')).toBe('not_a_document');
    expect(await rejection(pdf.subarray(0, 1_500), 'document')).toBe('not_a_document');
    expect(await rejection(await photograph(), 'document')).toBe('not_a_document');
  });
});
