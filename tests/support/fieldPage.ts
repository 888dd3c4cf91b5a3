import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import type { BadNetwork } from './badNetwork.ts';
import { connectSurface, type SurfaceClient } from './surfaceClient.ts';
import { withConfirmation } from './testAccount.ts';
import { startHubProcess, type HubProcess } from './processes.ts';

/** A name that is not this machine's own: a page under it is no secure context unless it came over HTTPS. */
const hostName = 'hub.test';
const executablePath = process.env.MINGCHU_CHROMIUM ?? '/usr/bin/chromium';

/** A hub for phones, with a desk that knows one member. */
export interface FieldStage {
  hub: HubProcess;
  desk: SurfaceClient;
  memberId: string;
  /** As phones find it. */
  plainUrl: string;
  secureUrl: string;
  /** Path with a new sign-in code, as its QR code has it. */
  signInPath(): Promise<string>;
  restartHub(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one; phones within `network` find it, too. */
export async function startFieldStage(
  network?: BadNetwork,
  hubSettings: Readonly<Record<string, string>> = {},
): Promise<FieldStage> {
  const settings = {
    MINGCHU_TLS_NAMES: hostName,
    MINGCHU_MEDIA_WORKERS: '1',
    ...network?.hubSettings,
    ...hubSettings,
  };
  let hub = await startHubProcess({ settings });
  const ports = { plain: new URL(hub.url).port, secure: new URL(String(hub.ready.secureUrl)).port };
  const memberId = 'member-1';
  const openDesk = async (): Promise<SurfaceClient> => {
    const client = await connectSurface(hub.url);
    const officer = { id: 'seat-1', name: '值班席1' };
    const joined = await client.request('session:join', { surface: 'desk', officer });
    if (!joined.ok) throw new Error(joined.message);
    return client;
  };
  let desk = await openDesk();
  const squad = {
    squadId: 'wenquan',
    name: '温泉中队',
    nameEn: 'Wenquan squad',
    startsBodyCamInEmergency: false,
  };
  await desk.request('squads:saveSquad', { squad });
  await desk.request('squads:saveMember', { member: { memberId, squadId: squad.squadId, name: '张伟' } });
  return {
    get hub() {
      return hub;
    },
    get desk() {
      return desk;
    },
    memberId,
    plainUrl: `http://${hostName}:${ports.plain}`,
    secureUrl: `https://${hostName}:${ports.secure}`,
    async signInPath() {
      const answer = await withConfirmation(hub.url, () =>
        desk.request('squads:makeSignInCode', { memberId }),
      );
      if (!answer.ok) throw new Error(answer.message);
      return answer.data.path;
    },
    async restartHub() {
      desk.close();
      hub = await startHubProcess({
        dataDir: hub.dataDir,
        port: Number(ports.plain),
        settings: { ...settings, MINGCHU_HTTPS_PORT: ports.secure },
      });
      desk = await openDesk();
    },
    async close() {
      desk.close();
      await hub.stop();
    },
  };
}

/**
 * A browser that knows the hub by its name, trusts its key, and has a microphone and a camera of its own making. It runs
 * within `network`; `words` are further ones of its command line.
 */
export function launchPhoneBrowser(
  hub: HubProcess,
  { network, words = [] }: { network?: BadNetwork | undefined; words?: string[] } = {},
): Promise<Browser> {
  const certificate = new X509Certificate(readFileSync(join(hub.dataDir, 'tls', 'server.crt')));
  const key = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }));
  const digest = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  return chromium.launch({
    executablePath: network?.wrapper(executablePath) ?? executablePath,
    headless: true,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--host-resolver-rules=MAP ${hostName} ${network?.hubAddress ?? '127.0.0.1'}`,
      `--ignore-certificate-errors-spki-list=${digest}`,
      ...words,
    ],
  });
}

/** A phone's screen with a page of its own. */
export interface Phone {
  page: Page;
  context: BrowserContext;
  /** Uncaught errors. */
  errors: string[];
}

/** Opens an address on a phone of 390×844; `prepare` sees the browser's context before the page is loaded. */
export async function openPhone(
  browser: Browser,
  url: string,
  prepare?: (context: BrowserContext) => Promise<void>,
): Promise<Phone> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    geolocation: { latitude: 29.8413, longitude: 114.3225, accuracy: 12 },
    permissions: ['geolocation'],
  });
  await prepare?.(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  return { page, context, errors };
}
