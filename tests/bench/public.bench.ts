import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PublicSitePage } from '../../src-shared/public/publicPage.ts';
import { freePort } from '../support/freePort.ts';
import {
  eventually,
  registerCity,
  repositoryRoot,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
} from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';

interface Stage {
  hub: HubProcess;
  desk: SurfaceClient;
  /** Where the public's page is. */
  url: string;
  cameraIds: string[];
  code: string;
}

const copies = 4;

/** A hub whose simulated kitchens have agreed, and its public page. */
async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const port = await freePort();
  const city = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '1', MINGCHU_SIM_CAMERAS: String(copies) },
  });
  const hub = await startHubProcess({
    settings: {
      MINGCHU_PUBLIC_PORT: String(port),
      MINGCHU_PUBLIC_TRANSCODES: String(2 * copies),
      MINGCHU_PROXIES: '127.0.0.1',
      MINGCHU_HEALTH_MAX_RUNNING: '0',
    },
  });
  try {
    await registerCity(hub.url, city.controlUrl);
    const desk = await connectSurface(hub.url);
    await desk.request('session:join', { surface: 'desk' });
    const directory = await desk.request('cameras:readDirectory', {});
    if (!directory.ok) throw new Error(directory.message);
    const siteId = directory.data.sites[0]?.siteId ?? '';
    const agreed = await desk.request('public:recordConsent', { siteId, agreedOn: '2026-03-01' });
    if (!agreed.ok) throw new Error(agreed.message);
    const cameraIds = agreed.data.site.cameras.flatMap(({ cameraId, hidden }) =>
      hidden === undefined ? [cameraId] : [],
    );
    await work({ hub, desk, url: `http://127.0.0.1:${port}`, cameraIds, code: agreed.data.site.code });
    desk.close();
  } finally {
    await hub.stop();
    await city.stop();
  }
}

const siteAt = async (url: string, code: string, query = ''): Promise<PublicSitePage> =>
  (await (await fetch(`${url}/public/sites/${code}${query}`)).json()) as PublicSitePage;
/** The first still of the site, made by asking for it. */
const firstStill = (url: string, code: string): Promise<string> =>
  eventually(
    'a still',
    async () => (await siteAt(url, code)).cameras.find(({ still }) => still !== undefined)?.still?.path,
    30_000,
  );

/** `soften.cost`: processor time of one softened copy's ffmpeg, as a share of one core; over all that the kitchens have. */
export const benchSoftenCost: Bench = (report, progress, { seconds = 30 }) =>
  onStage(async ({ url, code, cameraIds }) => {
    const want = (): Promise<unknown> =>
      Promise.all(cameraIds.map((_id, index) => siteAt(url, code, `?moving=${index}`)));
    await eventually(
      'all copies',
      async () => {
        await want();
        return softening().length >= cameraIds.length;
      },
      60_000,
    );
    const before = softening();
    const beganAtMs = performance.now();
    while (performance.now() - beganAtMs < seconds * 1_000) {
      await want();
      await delay(1_000);
    }
    const took = performance.now() - beganAtMs;
    const after = new Map(softening().map(({ pid, ms }) => [pid, ms]));
    const shares = before.flatMap(({ pid, ms }) => {
      const now = after.get(pid);
      return now === undefined ? [] : [(now - ms) / took];
    });
    progress(`  ${shares.length} copies: ${shares.map((share) => share.toFixed(3)).join(' ')} cores`);
    report(figureOf('soften.cost', 'share', shares));
  });

/** Processes that make softened copies, with the processor time that each has used. Milliseconds. */
function softening(): { pid: string; ms: number }[] {
  return execFileSync('ps', ['-eo', 'pid=,cputimes=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid] = /^\s*(\d+)\s+\d+\s.*ffmpeg.*\bmin\(320,iw\)/.exec(line) ?? [];
      if (pid === undefined) return [];
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      // User and system time, in hundredths of a second.
      return [{ pid, ms: (Number(fields[11]) + Number(fields[12])) * 10 }];
    });
}

const pageTurns = 20;

/**
 * `public.first_picture`: from asking for a site that somebody watches to the whole still, over a connection of its own.
 * `public.first_picture.page`: from the address of a site's QR code to the first picture on the page of a phone that has nothing of it
 * yet, in a browser at 390 × 844.
 */
export const benchFirstPicture: Bench = (report, progress, { turns = 60 }) =>
  onStage(async ({ url, code }) => {
    await firstStill(url, code);
    const samples: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      await delay(150);
      const beganAtMs = performance.now();
      const path = await firstStill(url, code);
      const bytes = await (await fetch(`${url}${path}`)).arrayBuffer();
      if (bytes.byteLength < 500) throw new Error('that is no picture');
      samples.push(performance.now() - beganAtMs);
    }
    report(figureOf('public.first_picture', 'ms', samples));
    const pages = await onPhones(`${url}/k/${code}`, Math.min(turns, pageTurns));
    progress(`  on pages: ${pages.map((ms) => Math.round(ms)).join(' ')} ms`);
    report(figureOf('public.first_picture.page', 'ms', pages));
  });

/** When the first picture was there, one phone after another, each in a context of its own. Milliseconds since the address was opened. */
async function onPhones(address: string, count: number): Promise<number[]> {
  const browser = await launchBrowser();
  try {
    const samples: number[] = [];
    for (let phone = 0; phone < count; phone += 1) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
      await context.addInitScript(noteFirstPicture);
      const page = await context.newPage();
      await page.goto(address);
      await page.waitForFunction(() => window.firstPictureMs !== undefined, undefined, { timeout: 20_000 });
      samples.push((await page.evaluate(() => window.firstPictureMs)) ?? Number.NaN);
      await context.close();
    }
    return samples;
  } finally {
    await browser.close();
  }
}

declare global {
  interface Window {
    firstPictureMs?: number;
  }
}

/** Runs in the page before its own code. */
function noteFirstPicture(): void {
  const look = (): void => {
    const still = document.querySelector<HTMLImageElement>('figure img');
    const video = document.querySelector<HTMLVideoElement>('figure[data-moving] video');
    const width = Math.max(still?.complete === true ? still.naturalWidth : 0, video?.videoWidth ?? 0);
    if (width > 0) window.firstPictureMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const phones = 200;

/**
 * `public.viewers`: answers a second to phones that ask for the newest still again and again, of the hub alone and with nginx in front (the
 * example of docs/public.md), and the processor time of the hub for each thousand. The phones share the machine with the hub.
 */
export const benchPublicViewers: Bench = (report, progress, { seconds = 10 }) =>
  onStage(async ({ hub, url, code }) => {
    await firstStill(url, code);
    const alone = await load(url, code, seconds, hub.pid);
    progress(`  the hub alone: ${JSON.stringify(alone)}`);
    report(singleFigure('public.viewers.hub', 'count', alone.perSecond, alone.answered));
    const nginx = await startNginx(url);
    if (nginx === undefined) {
      progress('  nginx is not installed: public.viewers.nginx is skipped');
      return;
    }
    try {
      const behind = await load(nginx.url, code, seconds, hub.pid);
      progress(`  with nginx in front: ${JSON.stringify(behind)}`);
      report(singleFigure('public.viewers.nginx', 'count', behind.perSecond, behind.answered));
    } finally {
      await nginx.stop();
    }
  });

async function load(url: string, code: string, seconds: number, hubPid: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: phones });
  let answered = 0;
  let refused = 0;
  const ask = (path: string, phone: number): Promise<string> =>
    new Promise((resolve, reject) => {
      // Each phone has an address of its own.
      const headers = { 'x-forwarded-for': `10.1.${Math.floor(phone / 250)}.${phone % 250}` };
      get(`${url}${path}`, { agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          if (answer.statusCode === 200) answered += 1;
          else refused += 1;
          resolve(Buffer.concat(parts).toString('latin1'));
        });
      }).on('error', reject);
    });
  const used = (): number => {
    const fields = readFileSync(`/proc/${hubPid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const usedBefore = used();
  const endAtMs = performance.now() + seconds * 1_000;
  await Promise.all(
    Array.from({ length: phones }, async (_unused, phone) => {
      while (performance.now() < endAtMs) {
        const page = await ask(`/public/sites/${code}`, phone);
        const [still] = /\/public\/stills\/[\w-]+\.jpg/.exec(page) ?? [];
        if (still !== undefined) await ask(still, phone);
        else await delay(100);
      }
    }),
  );
  agent.destroy();
  return {
    perSecond: Math.round(answered / seconds),
    answered,
    refused,
    hubMsPerThousand: Math.round(((used() - usedBefore) / Math.max(1, answered)) * 1_000),
  };
}

/** nginx with the example of the document, in front of the hub at `url`; undefined where it is not installed. */
async function startNginx(url: string): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  const [, example] =
    /```nginx\n([^]*?)```/.exec(readFileSync(join(repositoryRoot, 'docs/public.md'), 'utf8')) ?? [];
  if (example === undefined) throw new Error('docs/public.md has no example for nginx');
  const folder = mkdtempSync(join(tmpdir(), 'mingchu-nginx-'));
  const port = await freePort();
  const server = example
    .replace('/var/cache/nginx/kitchens', join(folder, 'cache'))
    .replace('http://127.0.0.1:7480', url)
    .replace('listen 80;', `listen 127.0.0.1:${port};`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user root;\nworker_processes 1;\ndaemon off;\npid ${join(folder, 'pid')};\nerror_log stderr warn;\nevents { worker_connections 1024; }\nhttp {\naccess_log off;\n${places}\n${server}\n}\n`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'inherit' });
  const ended = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
  const address = `http://127.0.0.1:${port}`;
  const ready = eventually('nginx', async () => {
    const answer = await fetch(`${address}/public/kitchens`).catch(() => undefined);
    return answer?.ok === true ? ('ready' as const) : undefined;
  });
  const isReady = (await Promise.race([ended, ready])) === 'ready';
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (isReady) return { url: address, stop };
  ready.catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}
