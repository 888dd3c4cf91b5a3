import { expect, it } from 'vitest';
import { nothingPublished } from '../../../../src-sfu/features/cameras/publishedSites.ts';
import { createRegistryService } from '../../../../src-sfu/features/cameras/registry.service.ts';
import { createCamerasRepository } from '../../../../src-sfu/storage/cameras.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createRegistryRepository } from '../../../../src-sfu/storage/registry.sql.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';

const secrets = createSecretBox(Buffer.alloc(32, 7));

it('a camera by ONVIF gets its password in clear only where a person allows it', async () => {
  const store = await openStore(':memory:');
  const cameras = createCamerasRepository(store, secrets);
  const registry = createRegistryService({
    repository: createRegistryRepository(store, secrets),
    nowMs: () => 1,
    published: () => nothingPublished,
    onImported: () => Promise.resolve(),
  });
  const bring = (allowBasic?: boolean) =>
    registry.importDocument(
      {
        sites: [{ externalId: 'S', name: '红灯笼', type: 'restaurant', district: '咸安区', address: '1' }],
        cameras: [
          { url: 'onvif://d1/V1_main', externalId: 'one' },
          { url: 'onvif://d2/V1_main', externalId: 'two' },
          { url: 'rtsp://10.0.0.7/a', externalId: 'three' },
        ].map(({ url, externalId }) => ({
          externalId,
          siteExternalId: 'S',
          name: externalId,
          streams: { main: { url } },
          ...(allowBasic === true && externalId === 'two' ? { allowBasic } : {}),
        })),
      } as never,
      { actor: '王芳' },
    );
  expect(await bring()).toMatchObject({ ok: true });
  const ids = new Map((await cameras.listCameras()).map(({ externalId, id }) => [externalId, id]));
  const isDigestOnly = async (externalId: string): Promise<boolean | undefined> =>
    (await cameras.findStreamAddress(ids.get(externalId) ?? '', 'main'))?.digestOnly;
  const all = () => Promise.all(['one', 'two', 'three'].map(isDigestOnly));
  expect(await all()).toEqual([true, true, false]);
  expect(await cameras.allowClearPassword(ids.get('one') ?? '', '王芳', 2)).toBe(true);
  expect(await all()).toEqual([false, true, false]);
  expect(await bring(true)).toMatchObject({ ok: true });
  expect(await all()).toEqual([false, false, false]);
});
