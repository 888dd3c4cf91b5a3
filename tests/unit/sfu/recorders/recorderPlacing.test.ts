import { expect, it } from 'vitest';
import { createOnvifRegistry } from '../../../../src-sfu/app/onvifRegistry.ts';
import { createPlacingRegistry, forgetFormerSources } from '../../../../src-sfu/app/recorderPlacing.ts';
import { createCameraDirectory } from '../../../../src-sfu/features/cameras/cameraDirectory.ts';
import { nothingPublished } from '../../../../src-sfu/features/cameras/publishedSites.ts';
import { createRegistryService } from '../../../../src-sfu/features/cameras/registry.service.ts';
import { createCamerasRepository } from '../../../../src-sfu/storage/cameras.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createFormerSourcesRepository } from '../../../../src-sfu/storage/formerSources.sql.ts';
import { createRegistryRepository } from '../../../../src-sfu/storage/registry.sql.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';

const secrets = createSecretBox(Buffer.alloc(32, 7));
const channelUrl = (number: number): string => `gb28181://42120000001180000001/4212000000132000000${number}`;

async function stage() {
  const store = await openStore(':memory:');
  const repository = createCamerasRepository(store, secrets);
  const directory = createCameraDirectory(repository, () => 1);
  const registry = createRegistryService({
    repository: createRegistryRepository(store, secrets),
    nowMs: () => 1,
    published: () => nothingPublished,
    onImported: () => directory.reload(),
  });
  const brought = await registry.importDocument(
    {
      sites: [{ externalId: 'S', name: '红灯笼', type: 'restaurant', district: '咸安区', address: '1' }],
      cameras: [
        {
          externalId: 'one',
          siteExternalId: 'S',
          name: 'one',
          username: 'admin',
          password: 'kitchen-7',
          streams: {
            main: { url: 'rtsp://10.0.0.7/main?token=pass-of-the-stove' },
            sub: { url: 'rtsp://10.0.0.7/sub' },
          },
        },
        {
          externalId: 'two',
          siteExternalId: 'S',
          name: 'two',
          streams: { main: { url: channelUrl(9) } },
        },
      ],
    } as never,
    { actor: '王芳' },
  );
  expect(brought.ok).toBe(true);
  const ids = new Map((await repository.listCameras()).map(({ externalId, id }) => [externalId, id]));
  const formerSources = createFormerSourcesRepository(store, secrets);
  const parts = {
    directory,
    registry,
    formerSources,
    streamAddressOf: (cameraId: string) => repository.findStreamAddress(cameraId, 'main'),
    nowMs: () => 5,
  };
  const placing = createPlacingRegistry(parts);
  const rows = (table: string): Promise<Record<string, unknown>[]> =>
    store
      .withTables<Record<string, Record<string, unknown>>>()
      .selectFrom(table)
      .selectAll()
      .execute() as Promise<Record<string, unknown>[]>;
  return {
    placing,
    parts,
    onvif: createOnvifRegistry(parts),
    rows,
    id: (externalId: string) => ids.get(externalId) ?? '',
    async source(externalId: string) {
      const id = ids.get(externalId) ?? '';
      const [main, sub] = [
        await repository.findStreamAddress(id, 'main'),
        await repository.findStreamAddress(id, 'sub'),
      ];
      return [main?.url, sub?.url, main?.username, main?.password];
    },
  };
}

it('a camera that was given a wrong channel gets back its addresses, user and password, also after a second wrong one', async () => {
  const { placing, rows, id, source } = await stage();
  const before = await source('one');
  expect(before).toEqual([
    'rtsp://10.0.0.7/main?token=pass-of-the-stove',
    'rtsp://10.0.0.7/sub',
    'admin',
    'kitchen-7',
  ]);
  for (const number of [1, 2]) {
    expect(await placing.setSources(new Map([[id('one'), channelUrl(number)]]), '王芳')).toBeUndefined();
    expect((await source('one'))[0]).toBe(channelUrl(number));
    expect(await placing.releasable()).toEqual(new Set([id('one')]));
  }
  // Nothing of it is readable in the database file.
  expect(JSON.stringify(await rows('former_sources'))).not.toMatch(
    /10\.0\.0\.7|admin|kitchen-7|pass-of-the-stove/,
  );
  expect(await placing.release(id('one'), '李雷')).toBe('released');
  expect(await source('one')).toEqual(before);
  expect(await placing.releasable()).toEqual(new Set());
  expect(await rows('audit_log')).toContainEqual(
    expect.objectContaining({ action: 'recorders:release', actor: '李雷', subject: id('one') }),
  );
  expect(await placing.release(id('one'), '李雷')).toBe('nothing_kept');
});

it('of a camera that came with a channel, or that has another source by now, nothing is given back', async () => {
  const { placing, id, source } = await stage();
  await placing.setSources(new Map([[id('two'), channelUrl(3)]]), '王芳');
  expect(await placing.releasable()).toEqual(new Set());
  expect(await placing.release(id('two'), '王芳')).toBe('nothing_kept');
  expect((await source('two'))[0]).toBe(channelUrl(3));
  expect(await placing.release('unknown', '王芳')).toBe('nothing_kept');
});

it('a camera whose source became an ONVIF device gets back its former one, also where a second device replaced the first', async () => {
  const { onvif, placing, parts, id, source } = await stage();
  const before = await source('one');
  for (const number of [1, 2]) {
    const urls = { mainUrl: `onvif://device-${number}/P1`, subUrl: undefined };
    expect(await onvif.setSource(id('one'), urls, '王芳')).toBeUndefined();
    expect((await source('one'))[0]).toBe(urls.mainUrl);
  }
  expect(await parts.formerSources.find(id('one'))).toEqual({
    main: 'rtsp://10.0.0.7/main?token=pass-of-the-stove',
    sub: 'rtsp://10.0.0.7/sub',
    username: 'admin',
    password: 'kitchen-7',
  });
  expect(await onvif.releasable()).toEqual(new Set([id('one')]));
  expect(await placing.release(id('one'), '李雷')).toBe('released');
  expect(await source('one')).toEqual(before);
  expect(await onvif.releasable()).toEqual(new Set());
  expect(await placing.release(id('one'), '李雷')).toBe('nothing_kept');
});

it('a former source is forgotten once its camera is gone or has another source, and not while it is about to be replaced', async () => {
  const { placing, parts, rows, id } = await stage();
  await placing.setSources(new Map([[id('one'), channelUrl(1)]]), '王芳');
  const others = ['gone', id('two')].map((cameraId) => [cameraId, { main: 'rtsp://10.0.0.9/' }] as const);
  await parts.formerSources.save(new Map(others), '王芳', 5);
  const source = { main: { url: 'rtsp://10.0.0.8/' } };
  const camera = { externalId: 'two', siteExternalId: 'S', name: 'two', streams: source };
  const imported = await parts.registry.importDocument({ sites: [], cameras: [camera] } as never, {
    actor: '王芳',
  });
  expect(imported.ok).toBe(true);
  await forgetFormerSources(parts, parts.formerSources, 60_000);
  expect(await rows('former_sources')).toHaveLength(3);
  await forgetFormerSources(parts, parts.formerSources, 60_006);
  expect(await placing.releasable()).toEqual(new Set([id('one')]));
});
