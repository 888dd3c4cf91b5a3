/** The thread that reads the large bodies of alerts, one after the other (alertBodyReader.ts). */
import { parentPort } from 'node:worker_threads';
import { parseDelivery, type BodyResult } from './alertBody.ts';
import type { BodyTask } from './alertBodyReader.ts';
import { hubLocalTime } from './hubLocalTime.ts';

parentPort?.on('message', ({ body, contentType, nowMs }: BodyTask) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const result = parseDelivery(bytes, contentType, { nowMs, localTime: hubLocalTime });
  parentPort?.postMessage(result, result.ok ? ownPictures(result) : []);
});

/** Gives each picture memory of its own, which goes over to the hub without a copy of the whole body. */
function ownPictures({ delivery }: BodyResult & { ok: true }): ArrayBuffer[] {
  return delivery.alerts.flatMap(({ picture }) => {
    if (picture?.ok !== true) return [];
    const own = Uint8Array.from(picture.bytes);
    picture.bytes = own;
    return [own.buffer];
  });
}
