import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

const registry = JSON.stringify({
  sites: [{ externalId: 's1', name: '第一食堂', type: 'school_canteen', district: '咸安区' }],
  cameras: [
    {
      externalId: 'kitchen_%1',
      siteExternalId: 's1',
      name: '灶台',
      streams: { main: { url: 'rtsp://127.0.0.1:9/none' } },
    },
  ],
});

async function join(url: string, input: Partial<InputOf<'session:join'>>): Promise<SurfaceClient> {
  const client = await connectSurface(url);
  const joined = await client.request('session:join', input as InputOf<'session:join'>);
  if (!joined.ok) throw new Error(joined.message);
  return client;
}

describe('the audit log at a desk', () => {
  let hub: HubProcess;
  beforeAll(async () => {
    hub = await startHubProcess();
    const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: registry,
    });
    expect(answer.status).toBe(200);
  });
  afterAll(() => hub.stop());

  it('has who looked at which camera and for how long, with who stood behind it', async () => {
    const desk = await join(hub.url, { surface: 'desk', officer: { id: 'o1', name: '王芳' } });
    const directory = await desk.request('cameras:readDirectory', {});
    const cameraId = directory.ok ? (directory.data.cameras[0]?.cameraId ?? '') : '';
    const opened = await desk.request('cameras:openStream', { cameraId, stream: 'main' });
    expect(opened.ok).toBe(true);
    desk.close();
    const reader = await join(hub.url, { surface: 'desk', officer: { id: 'o2', name: '李强' } });
    await expect
      .poll(async () => {
        const found = await reader.request('audit:search', {
          filter: { who: '王芳', kinds: ['cameras'] },
          limit: 10,
        });
        return found.ok ? found.data.lines : found;
      })
      .toMatchObject([
        {
          action: 'cameras:view',
          actor: '王芳',
          subject: cameraId,
          detail: { seconds: 0 },
          principal: { address: expect.any(String) as string },
        },
      ]);
    reader.close();
  });

  it('is searched by thing, time, kind and page; what one types is no pattern', async () => {
    const desk = await join(hub.url, { surface: 'desk' });
    const find = async (filter: object, limit = 50, beforeId?: number) => {
      const found = await desk.request('audit:search', {
        filter,
        limit,
        ...(beforeId === undefined ? {} : { beforeId }),
      });
      if (!found.ok) throw new Error(found.message);
      return found.data.lines;
    };
    const all = await find({});
    expect(all.length).toBeGreaterThan(1);
    expect((await find({ kinds: ['cameras'] })).map(({ action }) => action)).toContain(
      'cameras:importRegistry',
    );
    expect(await find({ kinds: ['talk'] })).toEqual([]);
    expect(await find({ toMs: 1 })).toEqual([]);
    expect(await find({ what: '_%' })).toEqual([]);
    expect(await find({ what: '\\' })).toEqual([]);
    const [first] = all;
    expect((await find({}, 1, first?.id))[0]?.id).toBe((first?.id ?? 0) - 1);
    desk.close();
  });

  it('is exported with the hash of the table, and says so itself', async () => {
    const answer = await hubFetch(`${hub.url}/api/v1/audit.csv`);
    expect(answer.status).toBe(200);
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    const [, table = '', digest = ''] = /^([\s\S]*\n)sha256,([0-9a-f]{64})\r?\n$/.exec(text) ?? [];
    expect(createHash('sha256').update(table, 'utf8').digest('hex')).toBe(digest);
    const desk = await join(hub.url, { surface: 'desk' });
    const found = await desk.request('audit:search', { filter: { kinds: ['audit'] }, limit: 1 });
    expect(found).toMatchObject({
      data: { lines: [{ action: 'audit:export', detail: { sha256: digest } }] },
    });
    // Also an export that is broken off has left a line.
    const both = await desk.request('audit:search', { filter: { kinds: ['audit'] }, limit: 2 });
    expect(both).toMatchObject({ data: { lines: [{}, { action: 'audit:export', detail: { filter: {} } }] } });
    desk.close();
  });

  it('has the requests that were refused', async () => {
    const wall = await join(hub.url, { surface: 'wall', screenId: '1' });
    expect(await wall.request('audit:search', { filter: {}, limit: 1 })).toMatchObject({ code: 'forbidden' });
    wall.close();
    const desk = await join(hub.url, { surface: 'desk' });
    await expect
      .poll(async () => {
        const found = await desk.request('audit:search', { filter: { what: 'audit:search' }, limit: 5 });
        return found.ok ? found.data.lines : found;
      })
      .toMatchObject([{ action: 'session:denied', detail: { code: 'forbidden', times: 1 } }]);
    desk.close();
  });

  it.each([
    ['kinds=TALK', 'kinds'],
    ['nonsense=1', ''],
    ['fromMs=yesterday', 'fromMs'],
    [`who=${'x'.repeat(300)}`, 'who'],
  ])('refuses %s over HTTP', async (query) => {
    const answer = await hubFetch(`${hub.url}/api/v1/audit.csv?${query}`);
    expect(answer.status).toBe(400);
  });
});
