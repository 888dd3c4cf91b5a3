import { createHash } from 'node:crypto';
import { maxOnvifDevices, type OnvifDeviceState } from '../../../src-shared/onvif/onvif.protocol.ts';
import { isOnvifFailure } from '../../base/onvifError.ts';
import { askHowItIs, newPlaceOf, stateOf } from './askHowItIs.ts';
import type { Connect, DevicePlace, OnvifDevice } from './onvif.ports.ts';
import type { OnvifDeviceRecord } from './onvif.repository.ts';

/** A device as the hub knows it now. */
export interface KnownDevice {
  record: OnvifDeviceRecord;
  client: OnvifDevice;
  state: OnvifDeviceState;
  /** Somebody signed in to it or placed it. */
  isStored: boolean;
  /** When it answered last; Unix milliseconds. */
  seenAtMs: number;
  /**
   * Where it says that it is now, and is not reached at its stored address. Its password is not shown there before a person says so:
   * anybody can announce himself under its name.
   */
  movedTo?: DevicePlace;
  /**
   * The certificate that answers where the device would be signed in to, as in TlsPlace, where it is not the one that is kept. Left out also where
   * nothing shows one.
   */
  shownCertificate?: string;
  /** It answers that it is at another address, such as one by HTTPS. */
  isSentOn?: boolean;
}

/** Whether a device may be asked something at all. */
export function isAsked(state: OnvifDeviceState): boolean {
  return state !== 'not_allowed';
}

/** Whether a device that somebody signed in to is not where it was. */
export function isGone(device: Pick<KnownDevice, 'state' | 'isStored' | 'isSentOn'>): boolean {
  return device.isStored && isAway(device);
}

function isAway({ state, isSentOn = false }: Pick<KnownDevice, 'state' | 'isSentOn'>): boolean {
  return state === 'silent' || state === 'other_device' || (state === 'refused' && isSentOn);
}

/** What is known of a device that was found. */
export interface Finding {
  endpoint: string | undefined;
  place: DevicePlace;
  /** Its announcement must not be followed. */
  refusedAs?: 'not_allowed' | undefined;
  name: string | undefined;
  model: string | undefined;
  foundBy: 'probe' | 'address';
}

/** The devices that are known: those of the store, and those that answered since the hub started. */
export class OnvifBook {
  readonly #devices = new Map<string, KnownDevice>();
  readonly #connect: Connect;
  readonly #nowMs: () => number;
  readonly #changed: () => void;
  readonly #learned: (record: OnvifDeviceRecord) => void;

  /** `changed` is called when something of a device changed, `learned` when a stored one says something else of itself than before. */
  constructor(parts: {
    stored: readonly OnvifDeviceRecord[];
    connect: Connect;
    nowMs: () => number;
    changed: () => void;
    learned?: (record: OnvifDeviceRecord) => void;
  }) {
    this.#connect = parts.connect;
    this.#nowMs = parts.nowMs;
    this.#changed = parts.changed;
    this.#learned = parts.learned ?? (() => undefined);
    for (const record of parts.stored) this.#enter(record, { isStored: true, state: 'unasked', seenAtMs: 0 });
  }

  find(deviceId: string): KnownDevice | undefined {
    return this.#devices.get(deviceId);
  }

  all(): KnownDevice[] {
    return [...this.#devices.values()];
  }

  /** Whether a device of this name or at this place is known already. */
  knows({ endpoint, place }: Pick<Finding, 'endpoint' | 'place'>): boolean {
    return this.#recognise(endpoint, place) !== undefined;
  }

  /** Takes up what was found; the device, which is to be asked next. Undefined where no more devices are remembered. */
  found({ endpoint, place, refusedAs, name, model, foundBy }: Finding): KnownDevice | undefined {
    const known = this.#recognise(endpoint, place);
    const seenAtMs = this.#nowMs();
    if (known !== undefined) {
      if (refusedAs === undefined) known.seenAtMs = seenAtMs;
      // The first word counts: a later one may be somebody else's.
      if (known.isStored || refusedAs !== undefined) return known;
      known.record = { ...known.record, endpoint: known.record.endpoint ?? endpoint };
      if (!isAsked(known.state)) this.#replace(known, { ...known.record, ...place }, 'found');
      return known;
    }
    if (!this.#makeRoom()) return undefined;
    const record: OnvifDeviceRecord = {
      deviceId: deviceIdOf(endpoint ?? `${place.host}:${place.port}`),
      endpoint,
      ...place,
      name: name ?? model ?? place.host,
      ...(model === undefined ? {} : { model }),
      foundBy,
      credentials: undefined,
      streams: [],
      hasEvents: false,
    };
    const state = refusedAs ?? 'found';
    return this.#enter(record, { isStored: false, state, seenAtMs });
  }

  /**
   * Asks a device how it is, with the password that it has. A stored one that is announced elsewhere is asked at its stored address. `announced`:
   * where it says that it is, the place first by which it would be used.
   */
  async inspect(device: KnownDevice, announced: readonly DevicePlace[] = []): Promise<void> {
    if (!isAsked(device.state)) return;
    const { client } = device;
    const outcome = await askHowItIs(client);
    if (this.#devices.get(device.record.deviceId) !== device || device.client !== client) return;
    device.state = outcome.state;
    device.isSentOn = outcome.isSentOn === true;
    const before = device.record;
    if (outcome.found !== undefined) device.record = { ...before, ...outcome.found };
    const fingerprint = client.fingerprint();
    // A person who signs in accepts the certificate that was found.
    if (before.tls !== undefined && !device.isStored && fingerprint !== undefined)
      device.record = { ...device.record, tls: { fingerprint } };
    if (device.isStored && JSON.stringify(before) !== JSON.stringify(device.record))
      this.#learned(device.record);
    const movedTo = isAway(device) ? newPlaceOf(device.record, device.isSentOn, announced) : undefined;
    if (!isAway(device)) {
      delete device.movedTo;
      device.seenAtMs = this.#nowMs();
    } else if (movedTo !== undefined) device.movedTo = movedTo;
    await this.#readCertificate(device);
    this.#changed();
  }

  /**
   * Asks a device with another password, where it is now; what it would be then, and nothing is changed yet. `seen`: the certificate that
   * the person saw. By HTTPS the password is shown to that one alone, without it to the one that was accepted before, and else to nobody.
   */
  async tryPassword(
    device: KnownDevice,
    credentials: { username: string; password: string },
    seen?: string,
  ): Promise<{ state: OnvifDeviceState; record: OnvifDeviceRecord; client: OnvifDevice }> {
    const { record } = device;
    if (!isAsked(device.state)) return { state: device.state, record, client: device.client };
    const { host, port, path, tls } = device.movedTo ?? record;
    const { serial } = record;
    const fingerprint = seen ?? (device.isStored ? record.tls?.fingerprint : undefined);
    // Who saw a certificate does not sign in by HTTP, nor the other way round.
    if ((tls === undefined) !== (fingerprint === undefined)) {
      await this.inspect(device);
      const isOpen = device.movedTo !== undefined || device.state === 'ready';
      return { state: isOpen ? 'needs_password' : device.state, record, client: device.client };
    }
    const accepted = tls === undefined ? {} : { tls: { fingerprint } };
    const known = { host, port, path, ...(serial === undefined ? {} : { serial }), ...accepted };
    const client = this.#connect(known, credentials);
    const { state, found = {} } = await askHowItIs(client);
    // The one that answers instead is listed.
    if (state === 'other_device') await this.inspect(device);
    const { tls: by } = known;
    return { state, record: { ...record, ...found, host, port, path, tls: by, credentials }, client };
  }

  /** The device has this password, address and profiles from now on. */
  signedIn(device: KnownDevice, record: OnvifDeviceRecord, client: OnvifDevice): void {
    Object.assign(device, { record, client, state: 'ready', isStored: true, seenAtMs: this.#nowMs() });
    // It was listed under its new address as well, as one that nobody knew.
    for (const { record: other, isStored } of this.all())
      if (!isStored && other.host === record.host && other.port === record.port)
        this.#devices.delete(other.deviceId);
    delete device.movedTo;
    delete device.shownCertificate;
    this.#changed();
  }

  /** The stored device that this one is, which is at another address now: it has the same number, and is not where it was. */
  movedHere(
    device: KnownDevice,
    { serial, make, model, endpoint, tls }: OnvifDeviceRecord,
  ): KnownDevice | undefined {
    if (serial === undefined || device.isStored) return undefined;
    return this.all().find(
      ({ record, ...one }) =>
        isGone(one) &&
        record.serial === serial &&
        record.make === make &&
        record.model === model &&
        // It showed who it is by its certificate, and a number is easily copied.
        (record.tls === undefined || tls !== undefined) &&
        !areDifferent(record.endpoint, endpoint),
    );
  }

  forget(deviceId: string): void {
    if (this.#devices.delete(deviceId)) this.#changed();
  }

  /** What became of a request that somebody else made: the state follows. */
  reported(deviceId: string, error: unknown): void {
    const device = this.#devices.get(deviceId);
    if (device === undefined || !isAsked(device.state)) return;
    const state = error === undefined ? 'ready' : stateOf(error, device.client);
    if (error === undefined) {
      device.seenAtMs = this.#nowMs();
      delete device.movedTo;
      delete device.shownCertificate;
    }
    const isSentOn = isOnvifFailure(error) && error.isRedirection;
    // One request that is refused says nothing of the device.
    if ((state === 'refused' && !isSentOn) || state === device.state) return;
    device.state = state;
    device.isSentOn = isSentOn;
    this.#changed();
    if (state === 'other_device') void this.#readCertificate(device).then(this.#changed);
  }

  /** Reads which certificate answers where the device would be signed in to; nothing is sent there. */
  async #readCertificate(device: KnownDevice): Promise<void> {
    const { client, movedTo, record, state } = device;
    const { host, port, path, tls } = movedTo ?? record;
    const isWanted = tls !== undefined && (movedTo !== undefined || state === 'other_device');
    const shown = isWanted
      ? await this.#connect({ host, port, path, tls: {} }, undefined).readCertificate()
      : undefined;
    if (device.client !== client || device.movedTo !== movedTo || device.state !== state) return;
    delete device.shownCertificate;
    if (shown !== undefined && shown !== device.record.tls?.fingerprint) device.shownCertificate = shown;
  }

  #recognise(endpoint: string | undefined, { host, port }: DevicePlace): KnownDevice | undefined {
    const byEndpoint = endpoint === undefined ? undefined : this.#devices.get(deviceIdOf(endpoint));
    if (byEndpoint !== undefined) return byEndpoint;
    for (const device of this.#devices.values()) {
      const { record } = device;
      if (endpoint !== undefined && record.endpoint === endpoint) return device;
      // Two that name themselves differently are two, whichever address they have.
      const isThere = record.host === host && record.port === port;
      if (isThere && !areDifferent(record.endpoint, endpoint)) return device;
    }
    return undefined;
  }

  #enter(
    record: OnvifDeviceRecord,
    state: Pick<KnownDevice, 'isStored' | 'state' | 'seenAtMs'>,
  ): KnownDevice {
    const device: KnownDevice = { ...state, record, client: this.#connect(record, record.credentials) };
    this.#devices.set(record.deviceId, device);
    this.#changed();
    return device;
  }

  #replace(device: KnownDevice, record: OnvifDeviceRecord, state: OnvifDeviceState): void {
    Object.assign(device, { record, state, client: this.#connect(record, record.credentials) });
    this.#changed();
  }

  /** Where there are too many, the one that was seen longest ago and that nobody has signed in to goes. */
  #makeRoom(): boolean {
    if (this.#devices.size < maxOnvifDevices) return true;
    const oldest = this.all()
      .filter(({ isStored }) => !isStored)
      .reduce<KnownDevice | undefined>(
        (first, one) => (first === undefined || one.seenAtMs < first.seenAtMs ? one : first),
        undefined,
      );
    return oldest !== undefined && this.#devices.delete(oldest.record.deviceId);
  }
}

function areDifferent(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function deviceIdOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
