import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import sharp from 'sharp';
import { reportLimits } from '../../src-sfu/features/citizens/citizenLimits.ts';
import { addSquads, granted, openDesk, signIn } from '../integration/talk/talkHub.ts';
import { freePort } from '../support/freePort.ts';
import { residentMebibytes } from '../support/processStatistics.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { hubFetch } from '../support/testAccount.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { raiseAndEnd } from './trustFlood.bench.ts';

const defaultCount = 10_000;
const atOneTime = 100;
const sites = 20;

type Desk = Awaited<ReturnType<typeof openDesk>>;

/**
 * `public.flood.*`: 10,000 reports of citizens (`--count`), each with a photograph, over the real port: every second one from one address, the
 * others from an address each. Meanwhile a desk's requests (`request`) and SOS calls (`sos`) are measured, and by how much the hub grows (`memory`).
 * Fails where more reports are taken than the limits let through.
 */
export const benchPublicFlood: Bench = async (report, progress, { count = defaultCount }) => {
  const port = await freePort();
  const hub = await startHubProcess({
    settings: { MINGCHU_MEDIA_WORKERS: '1', MINGCHU_PUBLIC_PORT: String(port) },
  });
  try {
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const codes = await agreedSites(hub, desk);
    const photo = await sharp({
      create: { width: 640, height: 480, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 } },
    } as never)
      .jpeg()
      .toBuffer();
    const before = residentMebibytes(hub.pid);
    let most = before;
    const requestMs: number[] = [];
    const emergencyMs: number[] = [];
    const beganAtMs = performance.now();
    let isOver = false;
    const flood = sendAll(port, codes, photo, count).finally(() => (isOver = true));
    for (let press = 1; !isOver || press <= 3; press += 1) {
      for (let asked = 0; asked < 10; asked += 1) {
        const askedAtMs = performance.now();
        granted(await desk.request('session:checkLink', {}));
        requestMs.push(performance.now() - askedAtMs);
        most = Math.max(most, residentMebibytes(hub.pid));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      emergencyMs.push(await raiseAndEnd(desk, phone, press));
    }
    const { answers, takenOfOne } = await flood;
    const taken = answers.get('201') ?? 0;
    progress(
      `  ${count} reports (photographs of ${Math.round(photo.byteLength / 1_024)} KiB) in ${Math.round(performance.now() - beganAtMs)} ms`,
    );
    progress(`  ${JSON.stringify(Object.fromEntries(answers))}; taken of the one address: ${takenOfOne}`);
    progress(`  the hub grew from ${Math.round(before)} to ${Math.round(most)} MiB`);
    if (taken === 0) throw new Error('no report was taken');
    if (takenOfOne > reportLimits.ofAddress.count)
      throw new Error(`${takenOfOne} reports of one address were taken`);
    if (taken > reportLimits.inAll.count) throw new Error(`${taken} reports were taken`);
    report(figureOf('public.flood.request', 'ms', requestMs));
    report(figureOf('public.flood.sos', 'ms', emergencyMs));
    report(singleFigure('public.flood.memory', 'MiB', most - before));
    report(singleFigure('public.flood.taken', 'count', taken, count));
    desk.close();
    phone.close();
  } finally {
    await hub.stop();
  }
};

/** Codes of sites that agreed to be shown. */
async function agreedSites(hub: HubProcess, desk: Desk): Promise<string[]> {
  const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: Array.from({ length: sites }, (_unused, index) => ({
        externalId: `S${index}`,
        name: `餐馆 ${index}`,
        type: 'restaurant',
        district: '咸安区',
      })),
      cameras: [],
    }),
  });
  if (!imported.ok) throw new Error(await imported.text());
  const directory = granted(await desk.request('cameras:readDirectory', {}));
  const codes: string[] = [];
  for (const { siteId } of directory.sites) {
    const agreed = granted(await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' }));
    codes.push(agreed.site.code);
  }
  return codes;
}

/** Sends the reports, and counts the answers by status and code; a connection that is ended counts as `closed`. */
async function sendAll(
  port: number,
  codes: readonly string[],
  photo: Buffer,
  count: number,
): Promise<{ answers: Map<string, number>; takenOfOne: number }> {
  const answers = new Map<string, number>();
  let takenOfOne = 0;
  let sent = 0;
  const agent = new Agent({ keepAlive: false });
  await Promise.all(
    Array.from({ length: atOneTime }, async () => {
      while (sent < count) {
        const number = (sent += 1);
        const isOfOne = number % 2 === 0;
        const localAddress = isOfOne ? '127.0.0.1' : `127.1.${number >> 8}.${number & 255 || 1}`;
        const site = codes[number % codes.length] ?? '';
        const answer = await sendOne({ port, agent, localAddress, site, photo, number });
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        if (answer === '201' && isOfOne) takenOfOne += 1;
      }
    }),
  );
  return { answers, takenOfOne };
}

function sendOne(report: {
  port: number;
  agent: Agent;
  localAddress: string;
  site: string;
  photo: Buffer;
  number: number;
}): Promise<string> {
  const { port, agent, localAddress, site, photo, number } = report;
  const boundary = 'mingchu-flood';
  const field = (name: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const body = Buffer.concat([
    Buffer.from(
      field('id', randomBytes(16).toString('hex')) +
        field('site', site) +
        field('text', `案板上有老鼠 ${number}`) +
        `--${boundary}\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
    ),
    photo,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return new Promise((resolve) => {
    const sending = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        localAddress,
        method: 'POST',
        path: '/public/reports',
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': body.length,
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('error', () => resolve('closed'));
        answer.once('end', () => {
          const [, code] = /"code":"(\w+)"/.exec(Buffer.concat(parts).toString()) ?? [];
          resolve(answer.statusCode === 201 ? '201' : `${answer.statusCode} ${code}`);
        });
      },
    );
    sending.once('error', () => resolve('closed'));
    sending.end(body);
  });
}
