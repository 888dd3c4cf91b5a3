import { PassThrough } from 'node:stream';
import Fastify from 'fastify';
import { expect, test, vi } from 'vitest';
import { createRecordingRoutes } from '../../../../src-sfu/http/recorders/recordingRoutes.ts';

test('who is shown a recording is recorded with its camera and its alert, until the pictures end', async () => {
  const http = Fastify();
  const mp4 = new PassThrough();
  const began: string[] = [];
  const ended = vi.fn();
  await http.register(
    createRecordingRoutes({
      admit: () => Promise.resolve(),
      alert: (_request, alertId) =>
        Promise.resolve(
          alertId === 'none' ? undefined : { cameraId: alertId === 'a' ? 'k7' : 'other', raisedAtMs: 0 },
        ),
      open: (cameraId) => (cameraId === 'k7' ? Promise.resolve({ mp4, type: 'video/mp4' }) : undefined),
      watched(_request, cameraId, alertId) {
        began.push(`${cameraId} ${alertId}`);
        return ended;
      },
    }),
  );
  const read = (alertId: string) => http.inject(`/api/v1/alerts/${alertId}/recording.mp4`);
  expect([(await read('none')).statusCode, (await read('b')).statusCode, began]).toEqual([404, 404, []]);
  const reading = read('a');
  await vi.waitFor(() => expect(began).toEqual(['k7 a']));
  expect(ended).not.toHaveBeenCalled();
  mp4.end('pictures');
  expect((await reading).body).toBe('pictures');
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1));
  await http.close();
});
