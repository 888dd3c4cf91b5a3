import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { addSquads, makeVoice, openDesk, signIn } from '../../integration/talk/talkHub.ts';
import { addPerson, browser, personPassword } from '../accountBrowser.ts';
import { makeAlertKey, postAlerts, report, type SenderKey } from '../alertSender.ts';
import type { Chance } from '../fuzz/chance.ts';
import { confirmAdministrator, hubFetch } from '../testAccount.ts';
import { Ledger, type StoredKind } from './ledger.ts';
import { returningPhone, returningScreen, type ReturningSurface } from './returningSurface.ts';
import type { ShiftHub } from './shiftHub.ts';

/** Kinds of alert of class 1 and of others. */
const alertKinds = ['rat', 'no_hat', 'uncovered_bin', 'fire'];
const groupId = 'squad:wenquan';
/** Scenes that are saved by turns: the library holds some hundred. */
const sceneSlots = 40;
/** Between two pieces of work of one kind, at most; milliseconds. */
const pausesMs = {
  alert: 150,
  note: 400,
  emergency: 900,
  status: 250,
  scene: 500,
  signIn: 2_500,
  import: 1_500,
  talk: 250,
  history: 500,
};

/**
 * A scripted busy shift: a platform reports alerts, phones press the talk key, report statuses and raise SOS, a desk acknowledges,
 * writes notes and drives the wall, people sign in, tables are imported. Whoever gets no answer does the same again with the same
 * id, as the real ones do. What was answered as stored is in the ledger.
 */
export class Shift {
  readonly ledger = new Ledger();
  readonly #hub: ShiftHub;
  readonly #chance: Chance;
  readonly #key: SenderKey;
  readonly #signInName: string;
  readonly #desk: ReturningSurface;
  readonly #wall: ReturningSurface;
  readonly #phones: readonly [ReturningSurface, ReturningSurface, ReturningSurface];
  readonly #cookies: string[] = [];
  #isOver = false;
  #working: Promise<unknown> = Promise.resolve();
  #lastGrantAtMs = -Infinity;

  private constructor(
    parts: { hub: ShiftHub; chance: Chance; key: SenderKey; signInName: string },
    tokens: readonly [string, string, string],
  ) {
    this.#hub = parts.hub;
    this.#chance = parts.chance;
    this.#key = parts.key;
    this.#signInName = parts.signInName;
    this.#desk = returningScreen(this.#hub, 'desk');
    this.#wall = returningScreen(this.#hub, 'wall');
    const phone = (name: string, token: string): ReturningSurface => returningPhone(this.#hub, name, token);
    this.#phones = [phone('ann', tokens[0]), phone('bo', tokens[1]), phone('chen', tokens[2])];
  }

  /** Squads, phones, a key, a person with a password; then everybody begins to work. */
  static async begin(hub: ShiftHub, chance: Chance): Promise<Shift> {
    const process = hub as unknown as Parameters<typeof openDesk>[0];
    const desk = await openDesk(process);
    await addSquads(desk);
    const tokenOf = async (member: string): Promise<string> => {
      const phone = await signIn(process, desk, member, { hasVoice: false });
      phone.close();
      return phone.token;
    };
    const tokens = [await tokenOf('ann'), await tokenOf('bo'), await tokenOf('chen')] as const;
    desk.close();
    const key = await makeAlertKey(hub.url);
    const { signInName } = await addPerson(hub, { name: 'officer', role: 'duty_officer' });
    const shift = new Shift({ hub, chance, key, signInName }, tokens);
    shift.#working = Promise.all([
      shift.#reportAlerts(),
      shift.#raiseEmergencies(),
      shift.#talk(0),
      shift.#talk(1),
      shift.#readTalks(),
      shift.#reportStatuses(),
      shift.#saveScenes(),
      shift.#signIn(),
      shift.#importTables(),
    ]);
    return shift;
  }

  surfaces(): readonly ReturningSurface[] {
    return [this.#desk, this.#wall, ...this.#phones];
  }

  /** Whether somebody was given the floor after a moment, by `performance.now()`. */
  hasFloorSince(momentMs: number): boolean {
    return this.#lastGrantAtMs > momentMs;
  }

  /** Ends the work. Answers the sign-ins that still let in. */
  async end(): Promise<string[]> {
    this.#isOver = true;
    await this.#working;
    for (const surface of this.surfaces()) surface.close();
    const statuses = await Promise.all(
      this.#cookies.map(async (cookie) => {
        const answer = await fetch(`${this.#hub.url}/api/v1/session`, { headers: { cookie } });
        return answer.status === 200 ? [cookie] : [];
      }),
    );
    return statuses.flat();
  }

  async #pause(kind: keyof typeof pausesMs): Promise<boolean> {
    await delay(this.#chance.next() * pausesMs[kind]);
    return !this.#isOver;
  }

  /** Asks until there is an answer of the hub; the same again after each connection that was lost. Undefined when the shift ended. */
  async #ask<Name extends RequestName>(
    surface: ReturningSurface,
    name: Name,
    input: InputOf<Name>,
  ): Promise<Ack<OutputOf<Name>> | undefined> {
    while (!this.#isOver) {
      const answer = await surface.request(name, input);
      if (answer.ok || !['unavailable', 'timeout', 'not_joined'].includes(answer.code)) return answer;
      await delay(50);
    }
    return undefined;
  }

  /** As `#ask`; an answer that is no is one that nobody expects. */
  async #must<Name extends RequestName>(
    surface: ReturningSurface,
    name: Name,
    input: InputOf<Name>,
    stored?: readonly [StoredKind, string],
  ): Promise<OutputOf<Name> | undefined> {
    const answer = await this.#ask(surface, name, input);
    if (answer === undefined) return undefined;
    if (!answer.ok) {
      this.ledger.surprise(`${name}: ${answer.code}: ${answer.message}`);
      return undefined;
    }
    if (stored !== undefined) this.ledger.answered(...stored);
    return answer.data;
  }

  /** A platform that sends again what was not answered, and a desk that writes to what was raised. */
  async #reportAlerts(): Promise<void> {
    while (await this.#pause('alert')) {
      const alert = report({
        kind: this.#chance.pick(alertKinds),
        cameraId: `camera-${this.#chance.below(9)}`,
      });
      const externalId = String(alert['externalId']);
      let alertId: string | undefined;
      while (!this.#isOver && alertId === undefined) {
        const answer = await postAlerts(this.#hub.url, this.#key, alert).catch(() => undefined);
        if (answer?.status === 202) {
          const body = (await answer.json().catch(() => undefined)) as
            { results: { alertId?: string }[] } | undefined;
          alertId = body?.results[0]?.alertId;
        } else if (answer !== undefined && answer.status !== 503)
          this.ledger.surprise(`an alert: ${answer.status}: ${await answer.text()}`);
        if (alertId === undefined) await delay(50);
      }
      if (alertId === undefined) return;
      this.ledger.answered('alert', externalId);
      if (!this.#chance.happens(0.3)) continue;
      const note = randomUUID();
      const work = { commandId: note, alertIds: [alertId], deed: { type: 'note' as const }, note };
      await this.#must(this.#desk, 'alerts:work', work, ['note', note]);
    }
  }

  /** A phone repeats its SOS until the hub has stored it; a desk shows, acknowledges and ends it. */
  async #raiseEmergencies(): Promise<void> {
    const [, , phone] = this.#phones;
    for (let press = 1; await this.#pause('emergency'); press += 1) {
      const emergencyId = randomUUID();
      let isStored = false;
      while (!this.#isOver && !isStored) {
        const data = await this.#must(phone, 'squads:raiseEmergency', { emergencyId, ageMs: 0, press });
        isStored = data !== undefined && data.emergency.isNotStoredYet !== true;
        // A phone waits before it sends the same again.
        if (!isStored) await delay(150);
      }
      if (!isStored) return;
      this.ledger.answered('emergency', emergencyId);
      await this.#work('squads:confirmEmergencyShown', { emergencyId });
      await this.#work('squads:acknowledgeEmergency', { emergencyId }, ['acknowledgement', emergencyId]);
      const how = { emergencyId, outcome: 'false' as const, reason: 'exercise' };
      await this.#work('squads:endEmergency', how, ['end', emergencyId]);
    }
  }

  /** A step of an emergency. One that was done before its answer was lost is refused as done. */
  async #work(
    name: 'squads:confirmEmergencyShown' | 'squads:acknowledgeEmergency' | 'squads:endEmergency',
    input: InputOf<'squads:endEmergency'> | { emergencyId: string },
    stored?: readonly [StoredKind, string],
  ): Promise<void> {
    const answer = await this.#ask(this.#desk, name, input as InputOf<typeof name>);
    if (answer === undefined) return;
    if (!answer.ok) {
      if (answer.code !== 'conflict') this.ledger.surprise(`${name}: ${answer.code}: ${answer.message}`);
    } else if (stored !== undefined && answer.data.emergency.isNotStoredYet !== true)
      this.ledger.answered(...stored);
  }

  /** Presses, holds, lets go. */
  async #talk(index: 0 | 1): Promise<void> {
    const phone = this.#phones[index];
    // Each press of a phone has a higher number than those before, also after the page was loaded again.
    for (let press = 1; await this.#pause('talk'); press += 1) {
      const answer = await this.#ask(phone, 'talk:requestFloor', { groupId, press, priority: 'normal' });
      if (answer === undefined) return;
      if (!answer.ok) {
        this.ledger.surprise(`talk:requestFloor: ${answer.code}: ${answer.message}`);
        continue;
      }
      if (answer.data.state === 'denied' && answer.data.cause === 'no_voice') {
        // It went with the hub or with the media worker; a page makes another as soon as it is notified.
        await makeVoice(phone as unknown as Parameters<typeof makeVoice>[0]).catch(() => delay(50));
        continue;
      }
      if (answer.data.state === 'granted') this.#lastGrantAtMs = performance.now();
      await delay(this.#chance.next() * 300);
      await this.#ask(phone, 'talk:releaseFloor', { groupId, press });
    }
  }

  /** A desk reads who has spoken: what it was shown must be there afterwards. */
  async #readTalks(): Promise<void> {
    while (await this.#pause('history')) {
      const read = await this.#must(this.#desk, 'talk:readHistory', { groupId, limit: 50 });
      for (const { talkId } of read?.talks ?? []) this.ledger.answered('talk', String(talkId));
    }
  }

  async #reportStatuses(): Promise<void> {
    const [phone] = this.#phones;
    while (await this.#pause('status')) {
      const changeId = randomUUID();
      const status = this.#chance.pick(['available', 'en_route', 'on_scene'] as const);
      const changes = [{ changeId, status, ageMs: 0 }];
      await this.#must(phone, 'squads:reportStatuses', { changes }, ['status', changeId]);
    }
  }

  async #saveScenes(): Promise<void> {
    const names: string[] = [];
    for (let number = 0; await this.#pause('scene'); number += 1) {
      const id = `scene-${number % sceneSlots}`;
      const name = randomUUID();
      const replaced = names[number - sceneSlots];
      if (replaced !== undefined) this.ledger.replaced('scene', replaced);
      names.push(name);
      const scene = { id, name, layout: '1' as const, cameras: {} };
      await this.#must(this.#desk, 'wall:saveScene', { commandId: name, scene }, ['scene', name]);
    }
  }

  async #signIn(): Promise<void> {
    while (await this.#pause('signIn')) {
      const own = browser(this.#hub);
      const credentials = { signInName: this.#signInName, password: personPassword };
      const answer = await own.ask('POST', 'session', credentials).catch(() => undefined);
      if (answer?.status === 200) {
        this.#cookies.push(own.cookie());
        this.ledger.answered('signIn', own.cookie());
      } else if (answer !== undefined && answer.status !== 503)
        this.ledger.surprise(`a sign-in: ${answer.status}`);
    }
  }

  async #importTables(): Promise<void> {
    while (await this.#pause('import')) {
      const sites = [randomUUID(), randomUUID()];
      const rows = sites.map((id) => `${id},食堂,社会餐饮,赤壁市,camera-${id},灶台,rtsp://127.0.0.1:9/1`);
      const body = ['单位编号,单位名称,类型,区县,摄像头编号,摄像头名称,主码流', ...rows].join('\r\n');
      let status: number | undefined;
      while (!this.#isOver && status === undefined) {
        const headers = { 'content-type': 'text/csv' };
        status = await hubFetch(`${this.#hub.url}/api/v1/registry/import`, { method: 'POST', headers, body })
          // 503: the database had no time; asked again, as after a connection that was lost.
          .then(async (answer) => (await answer.text(), answer.status === 503 ? undefined : answer.status))
          .catch(() => undefined);
        if (status === undefined) await delay(50);
        if (status !== 403) continue;
        // The confirmation of the sign-in has run out, as after five minutes of a real shift.
        await confirmAdministrator(this.#hub.url).catch(() => delay(50));
        status = undefined;
      }
      if (status === 200) for (const id of sites) this.ledger.answered('site', id);
      else if (status !== undefined) this.ledger.surprise(`an import: ${status}`);
    }
  }
}
