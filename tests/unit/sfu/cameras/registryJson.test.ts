import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseRegistryJson } from '../../../../src-sfu/features/cameras/registryDocument.ts';
import { readRegistryJson } from '../../../../src-sfu/features/cameras/registryJson.ts';

const inThread = { smallBytes: 0, timeLimitMs: 60_000 };
const site = (index: number) => ({
  externalId: `S${index}`,
  name: `${index} 店`,
  type: 'restaurant',
  district: '赤壁市',
});
const camera = (index: number) => ({
  externalId: `C${index}`,
  siteExternalId: `S${index % 700}`,
  name: '灶台',
  streams: { main: { url: `rtsp://127.0.0.1/${index}` } },
});
const list = <Record>(length: number, record: (index: number) => Record): Record[] =>
  Array.from({ length }, (_, index) => record(index));
const bytesOf = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

afterEach(() => void vi.restoreAllMocks());

describe('a large registry of JSON', () => {
  it('is parsed by a thread of its own, and is the same as one that is read at once', async () => {
    const bytes = bytesOf({ sites: list(700, site), cameras: list(1_300, camera) });
    const parse = vi.spyOn(JSON, 'parse');
    const read = await readRegistryJson(bytes, inThread);
    expect(parse).not.toHaveBeenCalledWith(bytes.toString());
    expect([read.registry.sites.length, read.registry.cameras.length, read.problemCount]).toEqual([
      700, 1_300, 0,
    ]);
    expect(read).toEqual(await parseRegistryJson(bytes));
    expect(parse).toHaveBeenCalledWith(bytes.toString());
  });

  it.each([
    ['faulty records', bytesOf({ sites: list(150, (index) => ({ ...site(index), name: '' })), cameras: [] })],
    ['no JSON', Buffer.from('{"sites":[')],
  ])('is refused as one that is read at once: %s', async (_what, bytes) => {
    const read = await readRegistryJson(bytes, inThread);
    const { problems, problemCount } = await parseRegistryJson(bytes);
    expect([read.problems, read.problemCount]).toEqual([problems, problemCount]);
    expect(problemCount).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(100);
  });

  it('that takes too long is refused with a fault that has words', async () => {
    const bytes = bytesOf({ sites: list(10, site), cameras: [] });
    expect(await readRegistryJson(bytes, { smallBytes: 0, timeLimitMs: 1 })).toMatchObject({
      registry: { sites: [], cameras: [] },
      problems: [{ code: 'documentTooLarge', parameters: { value: '0.001 s' } }],
      problemCount: 1,
    });
  });
});
