import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendPhotograph } from '../../../src-sim/squads/scenePhotograph.ts';
import { makeAlertKey, postAlerts, report, taken } from '../../support/alertSender.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { addSquads, granted, openDesk, signIn, type Desk, type Phone } from '../talk/talkHub.ts';

let hub: HubProcess;
let desk: Desk;
let ann: Phone;
let chen: Phone;
let jpeg: Buffer;
const orderId = 'order-1';

beforeAll(async () => {
  hub = await startHubProcess();
  desk = await openDesk(hub);
  await addSquads(desk);
  [ann, chen] = [
    await signIn(hub, desk, 'ann', { hasVoice: false }),
    await signIn(hub, desk, 'chen', { hasVoice: false }),
  ];
  granted(
    await desk.request('orders:create', {
      orderId,
      content: { kind: 'other', priority: 2, place: { name: '一店' }, instructions: '', checklist: [] },
      crew: { memberIds: ['ann'], inChargeId: 'ann' },
    }),
  );
  jpeg = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#a63' } })
    .jpeg()
    .toBuffer();
}, 60_000);
afterAll(async () => {
  for (const client of [ann, chen, desk]) client.close();
  await hub.stop();
});

const ask = (path: string, init: RequestInit & { token?: string } = {}) => {
  const { token, ...request } = init;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(new URL(`/api/v1/attachments${path}`, hub.url), {
    ...request,
    headers: { ...authorization, ...(request.headers as Record<string, string>) },
  });
};
const announce = (token: string, attachmentId: string, more: object = {}) =>
  ask('', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      attachmentId,
      owner: { kind: 'order', id: orderId },
      kind: 'photograph',
      bytes: jpeg.byteLength,
      sha256: createHash('sha256').update(jpeg).digest('hex'),
      ageMs: 0,
      ...more,
    }),
  });

describe('a photograph over HTTP', () => {
  it('of a phone is shown at the desk without being asked for, and served so that nothing in it runs', async () => {
    const sent = { hubUrl: hub.url, orderId, jpeg, place: { latitude: 29.84, longitude: 114.32 } };
    expect(await sendPhotograph({ ...sent, token: ann.token, attachmentId: 'p1' })).toBe(true);
    expect(await sendPhotograph({ ...sent, token: ann.token, attachmentId: 'p1' })).toBe(true);
    expect(await sendPhotograph({ ...sent, token: chen.token, attachmentId: 'p2' })).toBe(false);
    await eventually(
      'the notice at the desk and at the phone that sent it',
      () => desk.noticesOf('attachments:added').length > 0 && ann.noticesOf('attachments:added').length > 0,
    );
    expect(desk.noticesOf('attachments:added')).toHaveLength(1);
    expect(desk.noticesOf('attachments:added')[0]?.attachment).toMatchObject({
      by: { kind: 'phone', id: 'ann' },
      width: 600,
    });
    expect(chen.noticesOf('attachments:added')).toEqual([]);
    const owner = { kind: 'order', id: orderId } as const;
    expect(granted(await desk.request('attachments:list', { owner })).attachments).toHaveLength(1);
    expect(await chen.request('attachments:list', { owner })).toMatchObject({
      reason: 'attachments.no_such_owner',
    });
    for (const part of ['file', 'thumbnail.jpg']) {
      const file = await hubFetch(new URL(`/api/v1/attachments/p1/${part}`, hub.url));
      expect(file.status).toBe(200);
      expect(Object.fromEntries(file.headers)).toMatchObject({
        'content-type': 'image/jpeg',
        'content-security-policy': "default-src 'none'; sandbox",
        'content-disposition': expect.stringMatching(/^attachment; filename="p1\.jpg"$/) as string,
        'x-content-type-options': 'nosniff',
      });
      expect((await sharp(Buffer.from(await file.arrayBuffer())).metadata()).format).toBe('jpeg');
    }
    const piece = await hubFetch(new URL('/api/v1/attachments/p1/file', hub.url), {
      headers: { range: 'bytes=2-5' },
    });
    expect([piece.status, (await piece.arrayBuffer()).byteLength]).toEqual([206, 4]);
    expect((await ask('/p1/file', { token: ann.token })).status).toBe(200);
    expect((await ask('/p1/file', { token: chen.token })).status).toBe(404);
    expect((await ask('/p1/file')).status).toBe(401);
    expect((await ask('/p1/file', { token: `${ann.token}x` })).status).toBe(401);
  });

  it('of 100 MB is refused before it is read, by what is announced and by what a piece says of itself', async () => {
    const refused = await announce(ann.token, 'big', { bytes: 100 * 1024 * 1024 });
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: { reason: 'attachments.too_large' } });
    expect((await announce(ann.token, 'small')).status).toBe(200);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(new URL('/api/v1/attachments/small/upload?offset=0', hub.url), {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${ann.token}`,
          'content-type': 'application/octet-stream',
          'content-length': String(100 * 1024 * 1024),
        },
      });
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      // Not one byte of the body is sent.
      request.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it.each([
    ['an id that is a path', { attachmentId: '../../etc/passwd' }],
    ['no bytes', { bytes: 0 }],
    ['a hash that is none', { sha256: 'x' }],
    ['an owner of no kind', { owner: { kind: 'house', id: 'x' } }],
    ['a time to come', { ageMs: -5_000 }],
    ['a clock that is a page', { deviceClock: '<script>' }],
    ['a place off the earth', { place: { latitude: 200, longitude: 0 } }],
  ])('that is announced with %s is refused', async (_what, wrong) => {
    const answer = await announce(ann.token, 'wrong', wrong);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { reason: 'attachments.malformed' } });
  });

  it('that somebody else opened is in the audit log, once for one opening, and not what its sender or a stranger asked for', async () => {
    const lines = async () =>
      granted(
        await desk.request('audit:search', { filter: { kinds: ['attachments'] }, limit: 50 }),
      ).lines.filter(({ action }) => action === 'attachments:view');
    await expect.poll(lines, { timeout: 15_000 }).toHaveLength(1);
    expect(await lines()).toMatchObject([
      { subject: 'p1', detail: { seconds: expect.any(Number) as number }, principal: { kind: 'person' } },
    ]);
  });

  it('of a desk is announced to the phones of its order, which may read it, and to no others', async () => {
    const place = { name: '二店', district: '咸安区' } as const;
    const content = { kind: 'other', priority: 2, place, instructions: '' } as const;
    const crew = { memberIds: ['ann'], inChargeId: 'ann' };
    granted(
      await desk.request('orders:create', {
        orderId: 'order-2',
        content: { ...content, checklist: [] },
        crew,
      }),
    );
    const owner = { kind: 'order', id: 'order-2' } as const;
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    const sent = { attachmentId: 'd1', owner, kind: 'photograph', bytes: jpeg.byteLength, sha256, ageMs: 0 };
    const path = new URL('/api/v1/attachments', hub.url);
    const json = { 'content-type': 'application/json' };
    const announced = await hubFetch(path, { method: 'POST', headers: json, body: JSON.stringify(sent) });
    expect(announced.status).toBe(200);
    const piece = new URL('/api/v1/attachments/d1/upload?offset=0', hub.url);
    const bytes = { 'content-type': 'application/octet-stream' };
    const put = await hubFetch(piece, { method: 'PUT', headers: bytes, body: new Uint8Array(jpeg) });
    expect(await put.json()).toMatchObject({ state: 'kept' });
    const ofOrder = (phone: Desk | Phone) =>
      phone.noticesOf('attachments:added').filter(({ attachment }) => attachment.owner.id === 'order-2');
    await eventually('the notice at the phone', () => ofOrder(ann).length > 0);
    expect(ofOrder(ann)).toMatchObject([{ attachment: { by: { kind: 'person' } } }]);
    expect(granted(await ann.request('attachments:list', { owner })).attachments).toHaveLength(1);
    expect((await ask('/d1/thumbnail.jpg', { token: ann.token })).status).toBe(200);
    expect((await ask('/d1/thumbnail.jpg', { token: chen.token })).status).toBe(404);
    expect(ofOrder(chen)).toEqual([]);
  });

  it('of the alert is with its order once, for those who have the order alone', async () => {
    const key = await makeAlertKey(hub.url);
    const sent = report({ cameraId: 'camera-1', kind: 'rat', snapshot: { base64: jpeg.toString('base64') } });
    const alertId = (await taken(await postAlerts(hub.url, key, sent))).results[0]?.alertId ?? '';
    const content = {
      ...{ kind: 'alert' as const, priority: 1 as const },
      ...{ place: { name: '一店' }, instructions: '', checklist: [] },
    };
    const ofAlert = { orderId: 'of-alert', content: { ...content, alertId } };
    const crew = { memberIds: ['ann'], inChargeId: 'ann' };
    granted(await desk.request('orders:create', { ...ofAlert, crew }));
    const owner = { kind: 'order', id: 'of-alert' } as const;
    const listed = async (asker: Pick<Desk, 'request'>) =>
      granted(await asker.request('attachments:list', { owner })).attachments;
    await eventually('the picture', async () => (await listed(desk)).length > 0);
    const [picture] = await listed(ann);
    expect(picture).toMatchObject({ kind: 'photograph', mediaType: 'image/jpeg', width: 600, height: 400 });
    const path = `/${picture?.attachmentId}/file`;
    const file = await ask(path, { token: ann.token });
    expect(file.status).toBe(200);
    expect(await sharp(Buffer.from(await file.arrayBuffer())).metadata()).toMatchObject({ width: 600 });
    expect((await ask(path, { token: chen.token })).status).toBe(404);
    // A repeat of the order, and of the alert, puts it there no second time.
    granted(await desk.request('orders:create', { ...ofAlert, crew }));
    await taken(await postAlerts(hub.url, key, sent));
    granted(await desk.request('orders:read', { orderId: 'of-alert' }));
    expect(await listed(desk)).toHaveLength(1);
    expect((await hubFetch(new URL(`/api/v1/alerts/${alertId}/snapshot.jpg`, hub.url))).status).toBe(200);
  });

  it('goes on after the hub was killed, and belongs to the order also when that was given to others', async () => {
    expect(await (await announce(ann.token, 'half')).json()).toEqual({ state: 'open', offset: 0 });
    const put = (offset: number, end: number) =>
      ask(`/half/upload?offset=${offset}`, {
        method: 'PUT',
        token: ann.token,
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(jpeg.subarray(offset, end)),
      });
    expect(await (await put(0, 1_000)).json()).toEqual({ state: 'open', offset: 1_000 });
    const { dataDir } = hub;
    const port = Number(new URL(hub.url).port);
    for (const client of [ann, chen, desk]) client.close();
    await hub.kill();
    hub = await startHubProcess({ dataDir, port });
    desk = await openDesk(hub);
    const { order } = granted(await desk.request('orders:read', { orderId }));
    granted(
      await desk.request('orders:direct', {
        commandId: 'k1',
        orderId,
        revision: order.revision,
        deed: { type: 'reassign', crew: { memberIds: ['chen'], inChargeId: 'chen' }, reason: 'nearer' },
      }),
    );
    expect(await (await announce(ann.token, 'half')).json()).toEqual({ state: 'open', offset: 1_000 });
    expect(await (await put(1_000, jpeg.byteLength)).json()).toMatchObject({ state: 'kept' });
  }, 60_000);
});
