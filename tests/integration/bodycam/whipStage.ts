import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { accessSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import Fastify from 'fastify';
import type { Admit } from '../../../src-sfu/http/httpServer.ts';
import { wholeCity } from '../../../src-shared/session/principal.ts';
import { newDuty } from '../../../src-shared/squads/memberStatus.ts';
import type { Roster } from '../../../src-sfu/features/squads/roster.ts';
import { createRoster } from '../../../src-sfu/features/squads/roster.ts';
import { createBodyCams } from '../../../src-sfu/features/bodycam/bodyCams.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import type { SendingMedia } from '../../../src-sfu/media/sendingMedia.ts';
import { openStore } from '../../../src-sfu/storage/database.ts';
import type { WhipPart } from '../../../src-sfu/app/whip.ts';
import { mediaWorkerBinary, temporaryFolder } from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';

/** What receives WHIP in a hub, with a real worker and real HTTP, opened so that its packets can be counted. */
export interface WhipStage {
  url: string;
  roster: Roster;
  sending: SendingMedia;
  whip: WhipPart;
  close(): Promise<void>;
}

export async function openWhipStage(memberIds: string[]): Promise<WhipStage> {
  process.env.MEDIASOUP_WORKER_BIN = mediaWorkerBinary();
  const logger = createLogger('silent');
  const { startWorkerPool } = await import('../../../src-sfu/media/workerPool.ts');
  const { createVoices } = await import('../../../src-sfu/media/voices.ts');
  const { createSendingMedia } = await import('../../../src-sfu/media/sendingMedia.ts');
  const { startWhip } = await import('../../../src-sfu/app/whip.ts');
  const nowMs = (): number => Date.now();
  const pool = await startWorkerPool({ count: 1, addresses: [{ ip: '127.0.0.1' }], rtcPort: 0, logger });
  const store = await openStore(temporaryFolder('mingchu-whip-'));
  const roster = createRoster({
    squads: [{ squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false }],
    members: memberIds.map((memberId) => ({
      memberId,
      squadId: 'wenquan',
      name: memberId,
      duty: newDuty(nowMs()),
    })),
    phones: [],
    codes: [],
    positions: [],
    emergencies: [],
    endedEmergencies: [],
  });
  const sending = createSendingMedia(createVoices({ pool, logger, nowMs }), {
    bodyCamKinds: (memberId, kinds, connectionId) =>
      bodyCams.producing(memberId, kinds, { connectionId, sender: 'recorder' }),
    bodyCamLost: (memberId) => bodyCams.mediaLost(memberId),
    bodyCamStalled: (memberId, isStalled) => bodyCams.stalled(memberId, isStalled ? nowMs() : undefined),
    bodyCamTakenOver: (_memberId, connectionId) => whip.endConnection(connectionId),
    pathChanged: (connectionId, state) => whip.pathChanged(connectionId, state),
  });
  const bodyCams = createBodyCams({
    roster,
    stopMedia: sending.stopBodyCam,
    tellPhone: () => undefined,
    nowMs,
  });
  const { senderOf, stopped } = bodyCams;
  const whip = await startWhip({
    ...{ store, roster, sending, senderOf, stopped, logger, nowMs },
    denied: () => undefined,
  });
  const http = Fastify();
  const admit: Admit = () => (request) => {
    request.principal = {
      kind: 'person',
      accountId: 'one',
      name: '王芳',
      role: 'administrator',
      scope: wholeCity,
      sessionId: 's',
      device: '',
      address: '127.0.0.1',
    };
    return Promise.resolve();
  };
  for (const routes of whip.routes(admit)) await http.register(routes);
  await http.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`,
    roster,
    sending,
    whip,
    async close() {
      await http.close();
      whip.close();
      bodyCams.close();
      roster.close();
      pool.close();
      await store.destroy();
    },
  };
}

export interface MadeDevice {
  deviceId: string;
  token: string;
  /** Where it sends to. */
  address: string;
}

/** A device of a member, made over HTTP. */
export async function makeDevice(url: string, memberId: string): Promise<MadeDevice> {
  const response = await hubFetch(`${url}/api/v1/whip-devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `${memberId}’s recorder`, memberId }),
  });
  const made = (await response.json()) as { device: { deviceId: string }; token: string; path: string };
  return { deviceId: made.device.deviceId, token: made.token, address: `${url}${made.path}` };
}

/** Whether Debian's client can run here; it needs a C compiler beside it (see `withoutRouterPorts`). */
export function hasWhipClient(): boolean {
  return hasProgram('whip-client') && hasProgram('cc');
}

function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name));
      return true;
    } catch {
      return false;
    }
  });
}

/** GStreamer pipelines of a moving test picture and a tone. */
export const pictures = {
  h264:
    'videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=15/1 ! ' +
    'x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! video/x-h264,profile=constrained-baseline ! ' +
    'rtph264pay config-interval=-1 pt=96 ! application/x-rtp,media=video,encoding-name=H264,payload=96',
  vp8:
    'videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=15/1 ! ' +
    'vp8enc deadline=1 ! rtpvp8pay pt=97 ! application/x-rtp,media=video,encoding-name=VP8,payload=97',
};
export const tone =
  'audiotestsrc is-live=true ! audioconvert ! audioresample ! opusenc ! rtpopuspay pt=100 ! ' +
  'application/x-rtp,media=audio,encoding-name=OPUS,payload=100';

export interface WhipClient {
  process: ChildProcess;
  /** What it said so far. */
  said(): string;
  /** Ends it as Ctrl+C does: it deletes its session. */
  end(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * In Debian 12 the client is linked with libsoup 2 and its ICE library, for opening ports of routers (UPnP), with libsoup 3,
 * which ends any process that holds both. So the ICE library gets a stand-in for the part that opens ports; there are none.
 */
function withoutRouterPorts(): string {
  const folder = temporaryFolder('mingchu-whip-client-');
  const source = join(folder, 'upnp.c');
  writeFileSync(
    source,
    [
      'void *gupnp_simple_igd_thread_new(void) { return 0; }',
      'unsigned long gupnp_simple_igd_get_type(void) { return 0; }',
      'void gupnp_simple_igd_add_port(void) {}',
      'int gupnp_simple_igd_remove_port_local(void) { return 0; }',
    ].join('\n'),
  );
  const name = 'libgupnp-igd-1.0.so.4';
  execFileSync('cc', ['-shared', '-fPIC', '-o', join(folder, name), `-Wl,-soname,${name}`, source]);
  return folder;
}

let libraryFolder: string | undefined;

/** Debian's whip-client. */
export function startWhipClient(
  device: MadeDevice,
  pipelines: { video: string; audio?: string },
): WhipClient {
  libraryFolder ??= withoutRouterPorts();
  const child = spawn(
    'whip-client',
    ['-u', device.address, '-t', device.token, '-o', '-l', '6', '-V', pipelines.video].concat(
      pipelines.audio === undefined ? [] : ['-A', pipelines.audio],
    ),
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LD_LIBRARY_PATH: libraryFolder } },
  );
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (words += chunk.toString()));
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    process: child,
    said: () => words,
    async end() {
      child.kill('SIGINT');
      await gone;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
