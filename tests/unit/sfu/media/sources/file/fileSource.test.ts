import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readFileSync } from 'node:fs';
import { readAnnexBFile } from '../../../../../../src-sfu/media/sources/file/annexBFile.ts';
import { fileSources } from '../../../../../../src-sfu/media/sources/file/fileSource.ts';
import type { SourceError } from '../../../../../../src-sfu/media/sources/streamSource.ts';
import { attemptIngest } from '../../../../../support/ingestAttempt.ts';

const file = new URL('../../../../../cases/cameras/samples/base.h264', import.meta.url);
const recorded = readAnnexBFile(readFileSync(file));

function openFile(address: string) {
  const packets: Buffer[] = [];
  const ends: SourceError[] = [];
  const source = fileSources().create(
    { url: address },
    {
      onPacket: (_kind, packet) => packets.push(Buffer.from(packet)),
      onNamedSource: () => undefined,
      endsWith: () => false,
      onSoundRefused: () => undefined,
      onMediaLost: () => undefined,
      onDigestTaken: () => undefined,
      mayWait: () => false,
      onEnded: (error) => ends.push(error),
    },
    { connectMs: 1_000, responseMs: 1_000 },
  );
  const timestamps = (): number[] => [...new Set(packets.map((packet) => packet.readUInt32BE(4)))];
  return { source, packets, ends, timestamps };
}

describe('a file as the source of a stream', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('serves addresses of files alone', () => {
    expect(fileSources().serves(file.href)).toBe(true);
    expect(fileSources().serves('rtsp://camera/1')).toBe(false);
  });

  it('describes H.264 with the parameter sets of the file', async () => {
    const { video, audio } = await openFile(file.href).source.open();
    expect(video).toMatchObject({ codec: 'H264', clockRate: 90_000 });
    expect(video?.parameterSets.map((set) => (set[0] ?? 0) & 0x1f)).toEqual([7, 8]);
    expect(audio).toBeUndefined();
  });

  it('sends pictures at the pace that its address names, with one marker each and no gap', async () => {
    const { source, packets, timestamps } = openFile(`${file.href}?picturesPerSecond=10`);
    await source.open();
    await source.play({ withSound: true });
    expect(packets).toHaveLength(0);
    vi.advanceTimersByTime(950);
    expect(timestamps()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => index * 9_000));
    expect(packets.filter((packet) => ((packet[1] ?? 0) & 0x80) !== 0)).toHaveLength(10);
    expect(packets.map((packet) => packet.readUInt16BE(2))).toEqual(packets.map((_, index) => index));
    expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(1_400);
    source.close();
    vi.advanceTimersByTime(1_000);
    expect(timestamps()).toHaveLength(10);
  });

  it('ends after its last picture', async () => {
    const { source, ends, timestamps } = openFile(file.href);
    await source.open();
    await source.play({ withSound: false });
    vi.advanceTimersByTime(recorded.pictures.length * 70 + 100);
    expect(timestamps()).toHaveLength(recorded.pictures.length);
    expect(ends).toMatchObject([{ failure: 'closedByCamera' }]);
  });

  it('begins again after its last picture when its address says so', async () => {
    const { source, ends, timestamps } = openFile(`${file.href}?repeats=true`);
    await source.open();
    await source.play({ withSound: false });
    vi.advanceTimersByTime(2 * recorded.pictures.length * 67);
    expect(timestamps().length).toBeGreaterThan(recorded.pictures.length);
    expect(ends).toEqual([]);
    source.close();
  });

  it.each([
    ['a file that is not there', `${file.href}.gone`, 'notFound'],
    ['a file without pictures', import.meta.url, 'protocolError'],
    ['a pace of nothing', `${file.href}?picturesPerSecond=0`, 'protocolError'],
    ['a pace that is no number', `${file.href}?picturesPerSecond=fast`, 'protocolError'],
    ['a file of another machine', 'file://elsewhere/kitchen.h264', 'protocolError'],
  ])('refuses %s', async (_name, address, failure) => {
    await expect(openFile(address).source.open()).rejects.toMatchObject({ failure });
  });

  it('reads no NAL unit twice and loses none', () => {
    const bytes = readFileSync(fileURLToPath(file));
    const nals = recorded.pictures.flat();
    expect(nals.reduce((sum, nal) => sum + nal.length, 0)).toBeLessThan(bytes.length);
    expect(new Set(nals.map(({ byteOffset }) => byteOffset)).size).toBe(nals.length);
  });
});

describe('an ingest of a file', () => {
  it('becomes live, keeps the key picture, and ends with the file', async () => {
    const attempt = attemptIngest(`${file.href}?picturesPerSecond=200`);
    await attempt.event('live');
    expect(attempt.events[0]).toMatchObject({ type: 'described', video: { codec: 'H264' } });
    expect(attempt.output.keyPicture()?.annexB.length).toBeGreaterThan(100);
    expect(await attempt.event('ended')).toMatchObject({ cause: 'closedByCamera' });
    expect(attempt.output.statistics()).toMatchObject({ lostPackets: 0 });
    expect(attempt.output.statistics().framesReceived).toBe(recorded.pictures.length);
  });
});
