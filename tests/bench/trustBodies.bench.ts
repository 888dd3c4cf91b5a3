import { makeAlertKey, report as alertReport, signedHeaders } from '../support/alertSender.ts';
import { startHubProcess } from '../support/processes.ts';
import { administratorCookie, hubFetch } from '../support/testAccount.ts';
import { figureOf, type Bench } from './figures.ts';
import { watchStalls } from './trustStage.ts';

const mebibyte = 1024 * 1024;
const headers: Record<string, string> = { cookie: administratorCookie };
const rounds = 3;
const columns = '单位编号,单位名称,类型,区县,摄像头编号,摄像头名称,主码流';

/** As many pieces as fit into so many bytes. */
function fill(bytes: number, piece: (index: number) => string, separator: string): string {
  const pieces: string[] = [];
  for (let size = 0; size < bytes;) {
    const next = piece(pieces.length);
    size += Buffer.byteLength(next) + separator.length;
    if (size < bytes) pieces.push(next);
  }
  return pieces.join(separator);
}

const row = (index: number): string =>
  `site-${index},食堂 ${index},社会餐饮,赤壁市,camera-${index},${'灶'.repeat(40)},rtsp://127.0.0.1:9/${index}`;
const alert = (index: number): string =>
  JSON.stringify(alertReport({ cameraId: `camera-${index}`, message: 'x'.repeat(400) }));

/** Bodies of the largest size that is taken, of every kind: good ones, and some that are one deep or wide value. */
const bodies: Record<string, { path: string; type: string; isSigned: boolean; body: () => string }> = {
  alerts: {
    ...{ path: 'alerts', type: 'application/json', isSigned: true },
    body: () => `{"alerts":[${fill(7.9 * mebibyte, alert, ',')}]}`,
  },
  alert_numbers: {
    ...{ path: 'alerts', type: 'application/json', isSigned: true },
    body: () => `[${fill(7.9 * mebibyte, () => '1', ',')}]`,
  },
  multipart: {
    ...{ path: 'alerts', type: 'multipart/form-data; boundary=b', isSigned: true },
    body: () =>
      `--b\r\nContent-Disposition: form-data; name="alerts"\r\n\r\n[]\r\n${fill(7.8 * mebibyte, (index) => `--b\r\nContent-Disposition: form-data; name="p${index}"\r\n\r\nx`, '\r\n')}\r\n--b--\r\n`,
  },
  table: {
    ...{ path: 'registry/import?dryRun=true', type: 'text/csv', isSigned: false },
    body: () => `${columns}\r\n${fill(19.9 * mebibyte, row, '\r\n')}`,
  },
  table_cells: {
    ...{ path: 'registry/import?dryRun=true', type: 'text/csv', isSigned: false },
    body: () => `${columns}\r\n${fill(19.9 * mebibyte, () => '', ',')}`,
  },
  registry: {
    ...{ path: 'registry/import?dryRun=true', type: 'application/json', isSigned: false },
    body: () =>
      `{"sites":[${fill(19.9 * mebibyte, () => '{"externalId":"s","name":"n"}', ',')}],"cameras":[]}`,
  },
};

/**
 * `trust.bodies.*`: for how long the hub's event loop stood still at most, once a second, while it was sent the largest bodies that it
 * reads. The answers do not matter.
 */
export const benchTrustBodies: Bench = async (report, progress) => {
  const hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
  try {
    const key = await makeAlertKey(hub.url);
    for (const [name, { path, type, isSigned, body }] of Object.entries(bodies)) {
      const bytes = Buffer.from(body());
      const stalls = watchStalls(hub.url, headers);
      for (let round = 0; round < rounds; round += 1) {
        const beganAtMs = performance.now();
        const answer = await hubFetch(`${hub.url}/api/v1/${path}`, {
          method: 'POST',
          headers: { 'content-type': type, ...(isSigned ? signedHeaders(key, bytes) : {}) },
          body: new Uint8Array(bytes),
        });
        const text = (await answer.text()).slice(0, 120);
        const tookMs = Math.round(performance.now() - beganAtMs);
        if (round === 0)
          progress(`  ${name}: ${bytes.length} bytes, ${answer.status} in ${tookMs} ms: ${text}`);
      }
      report(figureOf(`trust.bodies.${name}`, 'ms', await stalls.stop()));
    }
  } finally {
    await hub.stop();
  }
};
