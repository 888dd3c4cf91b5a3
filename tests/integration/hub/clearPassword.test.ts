import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { answerPolitely, startScriptedCamera, type ScriptedCamera } from '../../support/scriptedCamera.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

let hub: HubProcess;
let desk: SurfaceClient;
let camera: ScriptedCamera;
let cameraId: string;
/** How the camera asks for its password. */
let scheme: 'Digest' | 'Basic' = 'Digest';

beforeAll(async () => {
  camera = await startScriptedCamera((connection, request) => {
    const authorization = request.headers.get('authorization') ?? '';
    if (!authorization.startsWith(scheme)) {
      const challenge = scheme === 'Digest' ? 'Digest realm="r", nonce="n"' : 'Basic realm="r"';
      return connection.answer(request, '401 Unauthorized', { 'WWW-Authenticate': challenge });
    }
    // Each session ends before there is a picture, so that the next one begins.
    if (request.method === 'PLAY') return connection.socket.destroy();
    answerPolitely(connection, request);
  });
  hub = await startHubProcess();
  const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [{ externalId: 's', name: '测试', type: 'school_canteen', district: '咸安区' }],
      cameras: [
        {
          externalId: 'c',
          siteExternalId: 's',
          name: 'c',
          username: 'admin',
          password: 'secret',
          streams: { main: { url: camera.url } },
        },
      ],
    }),
  });
  if (!imported.ok) throw new Error(await imported.text());
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const directory = await desk.request('cameras:readDirectory', {});
  cameraId = directory.ok ? (directory.data.cameras[0]?.cameraId ?? '') : '';
});
afterAll(async () => {
  desk.close();
  await hub.stop();
  await camera.close();
});

const asked = (word: string): boolean =>
  camera.requests.some(({ headers }) => headers.get('authorization')?.startsWith(word) === true);
const isWithheld = async (): Promise<boolean> => {
  const answer = await desk.request('cameras:readHealth', {});
  const health = answer.ok ? answer.data.health : [];
  return health.some(
    (one) => one.cameraId === cameraId && one.condition === 'unauthorized' && one.isPasswordWithheld === true,
  );
};

it('a camera that took its password encrypted gets it in clear by a word at the desk alone', async () => {
  expect(await desk.request('cameras:allowClearPassword', { cameraId })).toMatchObject({
    ok: false,
    reason: 'cameras.password_not_withheld',
  });
  const opened = await desk.request('cameras:openStream', { cameraId, stream: 'main' });
  expect(opened.ok).toBe(true);
  await eventually('a session with Digest', () => camera.requests.some(({ method }) => method === 'PLAY'));
  expect(await isWithheld()).toBe(false);

  scheme = 'Basic';
  await eventually('the desk sees that the password is kept back', isWithheld, 20_000);
  expect(asked('Basic')).toBe(false);

  const wall = await connectSurface(hub.url);
  await wall.request('session:join', { surface: 'wall', screenId: 'main' });
  expect(await wall.request('cameras:allowClearPassword', { cameraId })).toMatchObject({
    ok: false,
    code: 'forbidden',
  });
  wall.close();
  expect(asked('Basic')).toBe(false);

  expect(await desk.request('cameras:allowClearPassword', { cameraId })).toEqual({ ok: true, data: {} });
  await eventually('the camera gets it', () => asked('Basic'), 20_000);
  expect(await desk.request('cameras:allowClearPassword', { cameraId })).toMatchObject({
    ok: false,
    reason: 'cameras.password_not_withheld',
  });
  expect(await desk.request('cameras:allowClearPassword', { cameraId: 'nobody' })).toMatchObject({
    ok: false,
    reason: 'cameras.not_in_registry',
  });
});
