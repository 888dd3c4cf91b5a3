import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { addSquads, granted, openDesk, signIn } from '../integration/talk/talkHub.ts';
import { encodePacket, openJoinedSurface, requestPacket } from '../support/fuzz/socketFuzz.ts';
import { residentMebibytes } from '../support/processStatistics.ts';
import { administratorCookie } from '../support/testAccount.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { openRawSurface, type RawSurface } from '../support/rawSurface.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';

const strangers = 10_000;
const emergencies = 30;
const requestEveryMs = 50;
const headers: Record<string, string> = { cookie: administratorCookie };
/** So many arrays in one another, each of which claims 32 million entries: 120 bytes. */
const nested = Buffer.from(Array(24).fill([0xdd, 0x01, 0xff, 0xff, 0xff]).flat() as number[]);
const claimsFourGigabytes = Buffer.from([0xc6, 0xff, 0xff, 0xff, 0xff]);

/** What an attack did until it was stopped; and how to stop it. */
interface Attack {
  stop(): void;
}

/** Repeats work without a pause until it is stopped; a connection that the hub ends is opened again. */
function repeated(work: () => Promise<void>): Attack {
  let isOver = false;
  const run = async (): Promise<void> => {
    while (!isOver) {
      await work().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  void run();
  return { stop: () => (isOver = true) };
}

/** Opens 10,000 TCP connections that send nothing; those that the hub ends are opened again. */
function idleStrangers(hub: HubProcess): Attack {
  const { hostname, port } = new URL(hub.url);
  const sockets = new Set<Socket>();
  let opened = 0;
  const fill = repeated(async () => {
    for (let count = 0; count < 200 && opened < strangers; count += 1) {
      opened += 1;
      const socket = connect(Number(port), hostname);
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
  return {
    stop() {
      fill.stop();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function hostileFrames(hub: HubProcess): Attack {
  return repeated(async () => {
    for (const bytes of [nested, claimsFourGigabytes]) {
      const surface = await openRawSurface(hub.url, { headers });
      surface.send(bytes);
      await surface.ended;
    }
  });
}

/** A desk that asks for its snapshot and for the list of all cameras again and again, and reads nothing. */
function neverReading(hub: HubProcess): Attack {
  const join = { surface: 'desk', officer: { id: 'n', name: 'n' } } as const;
  let surface: RawSurface | undefined;
  const attack = repeated(async () => {
    if (surface === undefined || surface.socket.destroyed) {
      surface = await openJoinedSurface(hub.url, headers, join);
      surface.socket.pause();
    }
    for (let count = 0; count < 20; count += 2) {
      surface.send(requestPacket(count, 'session:join', join));
      surface.send(requestPacket(count + 1, 'cameras:readDirectory', {}));
    }
  });
  return {
    stop() {
      attack.stop();
      surface?.close();
    },
  };
}

/** A signed-in phone that sends as much as its connection takes. */
function floodingPhone(hub: HubProcess, memberToken: string): Attack {
  let surface: RawSurface | undefined;
  const attack = repeated(async () => {
    if (surface === undefined || surface.socket.destroyed)
      surface = await openJoinedSurface(hub.url, headers, { surface: 'field', memberToken });
    const changes = [{ changeId: randomUUID(), status: 'available', ageMs: 0 }];
    for (let count = 0; count < 15; count += 1)
      surface.send(
        encodePacket({ type: 2, nsp: '/', id: count, data: ['squads:reportStatuses', { changes }] }),
      );
  });
  return {
    stop() {
      attack.stop();
      surface?.close();
    },
  };
}

/**
 * `trust.flood.request` (a request of a desk) and `trust.flood.sos` (from a phone's SOS to a desk), while 10,000 strangers connect and say
 * nothing, hostile frames come, one desk never reads and one phone floods; `trust.flood.memory`: by how much the hub grew at most.
 */
export const benchTrustFlood: Bench = async (report, progress) => {
  const hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
  try {
    const desk = await openDesk(hub);
    await addSquads(desk);
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const flooder = await signIn(hub, desk, 'bo', { hasVoice: false });
    flooder.close();
    const before = residentMebibytes(hub.pid);
    let most = before;
    const attacks = [
      idleStrangers(hub),
      hostileFrames(hub),
      neverReading(hub),
      floodingPhone(hub, flooder.token),
    ];
    const requestMs: number[] = [];
    const emergencyMs: number[] = [];
    for (let round = 0; round < emergencies; round += 1) {
      for (let count = 0; count < 20; count += 1) {
        const beganAtMs = performance.now();
        granted(await desk.request('session:checkLink', {}));
        requestMs.push(performance.now() - beganAtMs);
        most = Math.max(most, residentMebibytes(hub.pid));
        await new Promise((resolve) => setTimeout(resolve, requestEveryMs));
      }
      emergencyMs.push(await raiseAndEnd(desk, phone, round + 1));
    }
    for (const attack of attacks) attack.stop();
    progress(`  the hub grew from ${Math.round(before)} to ${Math.round(most)} MiB`);
    report(figureOf('trust.flood.request', 'ms', requestMs));
    report(figureOf('trust.flood.sos', 'ms', emergencyMs));
    report(singleFigure('trust.flood.memory', 'MiB', most - before));
    desk.close();
    phone.close();
  } finally {
    await hub.stop();
  }
};

type Desk = Awaited<ReturnType<typeof openDesk>>;
type Phone = Awaited<ReturnType<typeof signIn>>;

/** Raises an SOS and ends it; from the phone's request to the desk's notice, in milliseconds. */
export async function raiseAndEnd(desk: Desk, phone: Phone, press: number): Promise<number> {
  const seen = Promise.withResolvers<number>();
  const emergencyId = randomUUID();
  const beganAtMs = performance.now();
  const onNotice = (name: string, _sequence: number, payload: unknown): void => {
    if (name.startsWith('squads:') && JSON.stringify(payload).includes(emergencyId))
      seen.resolve(performance.now() - beganAtMs);
  };
  desk.socket.onAny(onNotice);
  const limit = setTimeout(() => seen.reject(new Error('the SOS did not reach the desk')), 20_000);
  granted(await phone.request('squads:raiseEmergency', { emergencyId, ageMs: 0, press }));
  const tookMs = await seen.promise;
  clearTimeout(limit);
  desk.socket.offAny(onNotice);
  granted(await desk.request('squads:acknowledgeEmergency', { emergencyId }));
  granted(await desk.request('squads:endEmergency', { emergencyId, outcome: 'false', reason: 'bench' }));
  return tookMs;
}
