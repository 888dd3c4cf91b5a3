import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InputOf, RequestName } from '../../src-shared/protocol/index.ts';
import { protocolVersion } from '../../src-shared/protocol/version.ts';
import { browser, command } from '../support/accountBrowser.ts';
import { makeAlertKey, postAlerts, report as alertReport } from '../support/alertSender.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { registerDemoCity } from './benchCity.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';

const desks = 50;
const screens = 20;
const squads = 30;
const membersOfSquad = 10;
const firstAlerts = 500;
const usualSeconds = 60;
const signInPaceMs = 25;
/** Twenty a minute. */
const signInEveryMs = 3_000;
const password = 'four kitchens by the lake';

/**
 * `hub.requests`: from a request to its answer while 50 desks, 20 screens of the wall and 300 phones on duty use the hub's signalling,
 * no media: a desk asks something every 1.5 s, a screen every second, a phone reports where it is every 5 s and asks for the link
 * every second. `hub.requests.refused` counts answers that were none. `hub.sign_in`: a person signs in by password, 20 a minute, at
 * the same time. The clients share the machine with the hub.
 */
export const benchHubRequests: Bench = async (report, progress, options) => {
  const seconds = options.seconds ?? usualSeconds;
  const hub = await startHubProcess({ settings: { MINGCHU_MAX_SURFACES: '400' } });
  const clients: SurfaceClient[] = [];
  const ending = new AbortController();
  try {
    const load = new Load(hub, ending.signal);
    await load.fill();
    progress(`  the city, ${firstAlerts} alerts and ${squads * membersOfSquad} members are there`);
    const { seats, walls, phones } = await load.connect(clients);
    progress(`  ${seats.length} desks, ${walls.length} screens and ${phones.length} phones are connected`);
    const people = await addPeople(hub, Math.min(20, Math.ceil((seconds * 1000) / signInEveryMs)));
    const running = load.run(seats, walls, phones);
    const signIns: number[] = [];
    for (const endAtMs = performance.now() + seconds * 1000; performance.now() < endAtMs;) {
      const beganAtMs = performance.now();
      const signInName = people[signIns.length % people.length] ?? '';
      const answer = await browser(hub).ask('POST', 'session', { signInName, password });
      if (answer.status !== 200) throw new Error(`a sign-in was answered ${answer.status}`);
      signIns.push(performance.now() - beganAtMs);
      await delay(Math.max(0, beganAtMs + signInEveryMs - performance.now()));
    }
    ending.abort();
    await running;
    progress(`  ${load.times.length} requests in ${seconds} s`);
    for (const [name, times] of load.slowest()) progress(`  ${name}: ${describeTimes(times)}`);
    report(figureOf('hub.requests', 'ms', load.times));
    report(singleFigure('hub.requests.refused', 'count', load.refusals.length, load.times.length));
    for (const refusal of new Set(load.refusals)) progress(`  refused: ${refusal}`);
    report(figureOf('hub.sign_in', 'ms', signIns));
  } finally {
    ending.abort();
    for (const client of clients) client.close();
    await hub.stop();
  }
};

/** Accounts of duty officers with a password; their sign-in names. */
async function addPeople(hub: HubProcess, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const signInName = `officer-${number}`;
    const added = await command(hub, {
      command: 'add',
      signInName,
      name: signInName,
      role: 'duty_officer',
    });
    const { code } = (added as unknown as { data: { code: string } }).data;
    const redeemed = await browser(hub).ask('POST', 'session/redeem', { code, password });
    if (redeemed.status !== 200) throw new Error(`a password was answered ${redeemed.status}`);
    names.push(signInName);
  }
  return names;
}

/** Who uses the hub, and what the answers took. */
class Load {
  readonly #hub: HubProcess;
  readonly #signal: AbortSignal;
  readonly #timesOf = new Map<string, number[]>();
  #cameraIds: string[] = [];
  #alertIds: string[] = [];
  readonly #memberIds: string[] = [];
  readonly times: number[] = [];
  readonly refusals: string[] = [];

  constructor(hub: HubProcess, signal: AbortSignal) {
    this.#hub = hub;
    this.#signal = signal;
  }

  /** City, alerts and members. */
  async fill(): Promise<void> {
    const external = await registerDemoCity(this.#hub);
    const key = await makeAlertKey(this.#hub.url);
    for (let from = 0; from < firstAlerts; from += 50) {
      const alerts = Array.from({ length: 50 }, (_, index) =>
        alertReport({ cameraId: external[(from + index) * 3], occurredAt: Date.now() - index * 1_000 }),
      );
      await Promise.all(
        alerts.map(async (alert) => {
          const answer = await postAlerts(this.#hub.url, key, alert);
          if (answer.status !== 202) throw new Error(`an alert was answered ${answer.status}`);
        }),
      );
    }
    const desk = await connectSurface(this.#hub.url);
    await this.#must(desk, 'session:join', { surface: 'desk' });
    const { cameras } = await this.#must(desk, 'cameras:readDirectory', {});
    this.#cameraIds = cameras.map(({ cameraId }) => cameraId);
    const { alerts } = await this.#must(desk, 'alerts:search', { filter: {}, limit: 200 });
    this.#alertIds = alerts.map(({ alertId }) => alertId);
    for (let squad = 0; squad < squads; squad += 1) {
      const squadId = `squad-${squad}`;
      await this.#must(desk, 'squads:saveSquad', {
        squad: { squadId, name: squadId, startsBodyCamInEmergency: false },
      });
      for (let number = 0; number < membersOfSquad; number += 1) {
        const memberId = `member-${squad}-${number}`;
        await this.#must(desk, 'squads:saveMember', { member: { memberId, squadId, name: memberId } });
        this.#memberIds.push(memberId);
      }
    }
    desk.close();
  }

  /** Connects everybody; each is put into `clients` to be closed. */
  async connect(clients: SurfaceClient[]) {
    const opened = async (auth?: Record<string, unknown>): Promise<SurfaceClient> => {
      const client = await connectSurface(this.#hub.url, auth);
      clients.push(client);
      return client;
    };
    const seats: SurfaceClient[] = [];
    for (let number = 0; number < desks; number += 1) {
      const seat = await opened();
      const name = `seat ${number}`;
      await this.#must(seat, 'session:join', { surface: 'desk', officer: { id: name, name } });
      seats.push(seat);
    }
    const walls: SurfaceClient[] = [];
    for (let number = 0; number < screens; number += 1) {
      const wall = await opened();
      await this.#must(wall, 'session:join', { surface: 'wall', screenId: `screen-${number}` });
      walls.push(wall);
    }
    const phones: SurfaceClient[] = [];
    for (const [index, memberId] of this.#memberIds.entries()) {
      const seat = seats[index % seats.length];
      if (seat === undefined) break;
      const { code } = await this.#must(seat, 'squads:makeSignInCode', { memberId });
      const token = randomBytes(32).toString('base64url');
      const phone = await opened({ protocolVersion, isPhone: true });
      await this.#must(phone, 'squads:signIn', { code, token, phoneName: memberId });
      await this.#must(phone, 'session:join', { surface: 'field', memberToken: token });
      phones.push(phone);
      // All come from one address, of which strangers ask at most 60 times in a second.
      await delay(signInPaceMs);
    }
    return { seats, walls, phones };
  }

  /** Everybody at work, until the signal ends it. */
  async run(seats: SurfaceClient[], walls: SurfaceClient[], phones: SurfaceClient[]): Promise<void> {
    await Promise.all([
      ...seats.map((seat, number) => this.#repeat(1_500, (turn) => this.#deskAsks(seat, number, turn))),
      ...walls.map((wall) => this.#repeat(1_000, () => this.#ask(wall, 'session:checkLink', {}))),
      ...walls.map((wall, number) => this.#repeat(2_000, (turn) => this.#screenAsks(wall, number, turn))),
      ...phones.map((phone) => this.#repeat(1_000, () => this.#ask(phone, 'session:checkLink', {}))),
      ...phones.map((phone, number) =>
        this.#repeat(5_000, (turn) => this.#phoneReports(phone, number, turn)),
      ),
    ]);
  }

  /** The names whose answers took longest, by their 95th percentile. */
  slowest(): [name: string, times: number[]][] {
    return [...this.#timesOf].sort(([, a], [, b]) => p95Of(b) - p95Of(a));
  }

  async #repeat(everyMs: number, work: (turn: number) => Promise<unknown>): Promise<void> {
    await delay(Math.random() * everyMs);
    for (let turn = 0; !this.#signal.aborted; turn += 1) {
      const beganAtMs = performance.now();
      await work(turn);
      await delay(Math.max(0, beganAtMs + everyMs - performance.now()));
    }
  }

  #deskAsks(seat: SurfaceClient, number: number, turn: number): Promise<unknown> {
    const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
    const alertId = pick(this.#alertIds);
    switch ((number + turn) % 8) {
      case 0:
        return this.#ask(seat, 'alerts:search', { filter: {}, limit: 50 });
      case 1:
        return this.#ask(seat, 'alerts:read', { alertId });
      case 2:
        return this.#ask(seat, 'cameras:getPoster', { cameraId: pick(this.#cameraIds) });
      case 3:
        return this.#ask(seat, 'wall:showCameras', {
          commandId: randomUUID(),
          screenId: `screen-${number % screens}`,
          cameraIds: [],
        });
      case 4:
        return this.#ask(seat, 'alerts:work', {
          commandId: randomUUID(),
          alertIds: [alertId],
          deed: { type: 'note' },
          note: 'seen',
        });
      case 5:
        return this.#ask(seat, 'talk:readHistory', { limit: 50 });
      case 6:
        return this.#ask(seat, 'talk:readHistory', { groupId: `squad:squad-${number % squads}`, limit: 20 });
      default:
        return this.#ask(seat, turn % 16 < 8 ? 'alerts:readStatistics' : 'alerts:search', { filter: {} });
    }
  }

  #screenAsks(wall: SurfaceClient, number: number, turn: number): Promise<unknown> {
    if (turn % 4 === 0)
      return this.#ask(wall, 'wall:reportDisplay', { widthPx: 1920, heightPx: 1080 + number, stripPx: 24 });
    const cameraId = this.#cameraIds[(number * 97 + turn) % this.#cameraIds.length] ?? '';
    return this.#ask(wall, 'cameras:getPoster', { cameraId });
  }

  #phoneReports(phone: SurfaceClient, number: number, turn: number): Promise<unknown> {
    const away = (number * 7 + turn) / 10_000;
    return this.#ask(phone, 'squads:reportPositions', {
      positions: [{ latitude: 27.55 + away, longitude: 119.6 + away, accuracyM: 12, ageMs: 100 }],
    });
  }

  async #ask<Name extends RequestName>(client: SurfaceClient, name: Name, input: InputOf<Name>) {
    const beganAtMs = performance.now();
    const answer = await client.request(name, input).catch((error: unknown) => ({
      ok: false as const,
      code: 'unanswered',
      message: String(error),
    }));
    const tookMs = performance.now() - beganAtMs;
    this.times.push(tookMs);
    const times = this.#timesOf.get(name) ?? [];
    times.push(tookMs);
    this.#timesOf.set(name, times);
    if (!answer.ok) this.refusals.push(`${name}: ${answer.code}: ${answer.message}`);
    // What was heard is not kept: there is a lot of it.
    client.notices.length = 0;
  }

  async #must<Name extends RequestName>(client: SurfaceClient, name: Name, input: InputOf<Name>) {
    const answer = await client.request(name, input);
    if (!answer.ok) throw new Error(`${name}: ${answer.code}: ${answer.message}`);
    return answer.data;
  }
}

function p95Of(times: number[]): number {
  return figureOf('', 'ms', times).p95;
}

function describeTimes(times: number[]): string {
  const { n, p50, p95, max } = figureOf('', 'ms', times);
  return `${n} times, ${p50} ms, p95 ${p95} ms, at most ${max} ms`;
}
