import { randomInt } from 'node:crypto';
import { createListeners } from '../../../src-shared/listeners.ts';
import { recorderUrl } from '../../base/recorderUrl.ts';
import type { Logger } from '../../logger.ts';
import type {
  DeviceAlarm,
  LearnedHabits,
  Misplaced,
  RecorderDirectory,
  RecorderPlace,
} from './recorders.ports.ts';
import { createRecorderWrites } from './recorderWrites.ts';
import type { ChannelRecord, RecordersRepository, SetHabit } from './recorders.repository.ts';

/** A recorder as it is listed. */
export interface ListedRecorder {
  recorderId: string;
  name: string;
  /** Whether it was heard within the last three minutes: three keepalives. */
  isOnline: boolean;
  address: string | undefined;
  /** How many items it says its catalogue has, folders and all; undefined while it has said nothing. */
  announcedItems: number | undefined;
  /** What came of its catalogue since the hub started, folders and all. */
  receivedItems: number;
  /** When it was heard last since the hub started. Unix milliseconds. */
  heardAtMs: number | undefined;
  /** What was found out about it by trying. */
  learned: LearnedHabits;
  /** Whether it is sent the date when it registers, by which it sets its clock. */
  setsClock: boolean;
  /** What went wrong with it last since the hub started. */
  lastError: { message: string; atMs: number } | undefined;
  /** What was noticed last of where it is: another device uses its id, or it seems to have moved. */
  misplaced: (Misplaced & { atMs: number }) | undefined;
  /** How far its clock is ahead of ours, as it said last; undefined while it has not said. Milliseconds. */
  clockOffsetMs: number | undefined;
  channels: (ChannelRecord & { url: string })[];
}

/** A device that knows our address and that nobody has entered yet. */
export interface WaitingRecorder {
  recorderId: string;
  address: string;
  lastSeenAtMs: number;
}

export interface RecordersService {
  directory: RecorderDirectory;
  list(): { recorders: ListedRecorder[]; waiting: WaitingRecorder[] };
  /** False also for one that is not entered. */
  isOnline(recorderId: string): boolean;
  /** Which of them are online: what `list` says, without what takes long for thousands. */
  standings(): Pick<ListedRecorder, 'recorderId' | 'isOnline'>[];
  /**
   * Enters a recorder, or gives it a new password. The password is in this answer only. Where it differs, the recorder is out from the call
   * on, and lets itself in again only once the new one is stored; where the store throws, the password of before is good again, and the
   * recorder has to register with that.
   */
  add(
    recorder: { recorderId: string; name: string; password?: string | undefined },
    actor: string,
  ): Promise<{ password: string }>;
  /** Whether it is sent the date from its next registration on. The recorder must be there. */
  setClock(recorderId: string, setsClock: boolean, actor: string): Promise<void>;
  /** Whether it is asked by SHA-256 as well, from its next registration on. The recorder must be there. */
  setSha256(recorderId: string, asksSha256: boolean, actor: string): Promise<void>;
  /** Whether motion that it reports becomes alerts, from now on. The recorder must be there. */
  setMotionAlerts(recorderId: string, alertsOnMotion: boolean, actor: string): Promise<void>;
  /** What it is called; undefined for one that is not entered. */
  nameOf(recorderId: string): string | undefined;
  /**
   * False when there is none of this id. It is out from the call on, whatever the store says: where that throws, the recorder is listed
   * again, without a password to register with.
   */
  remove(recorderId: string, actor: string): Promise<boolean>;
  /** Alarms of recorders that are entered here. */
  onAlarm(listener: (recorderId: string, alarm: DeviceAlarm) => void): void;
  /** Recorders that were removed, or whose password was changed, with where each was: its calls must end. */
  onRevoked(listener: (recorderId: string, place: RecorderPlace | undefined) => void): void;
  /** A recorder is at another address than before, or at one for the first time. */
  onMoved(listener: (recorderId: string, address: string) => void): void;
  /** What is shown of recorders, or of those who wait, changed. */
  onChanged(listener: (what: 'recorders' | 'waiting') => void): void;
  /** Stores what waits to be stored. */
  close(): Promise<void>;
}

interface Known {
  name: string;
  /** As it is stored. */
  password: string | undefined;
  /** So many new passwords are just being stored; until that is done no password is good. */
  changing: number;
  place: RecorderPlace | undefined;
  heardAtMs: number;
  channels: Map<string, ChannelRecord>;
  announcedItems: number | undefined;
  itemIds: Set<string>;
  learned: LearnedHabits;
  setsClock: boolean;
  lastError: { message: string; atMs: number } | undefined;
  misplaced: ListedRecorder['misplaced'];
  clockOffsetMs: number | undefined;
  /** Channels without a motor. */
  fixed: Set<string>;
  /** Channels that the last whole catalogue left out: those that the next one leaves out as well are gone. */
  missingOnce: ReadonlySet<string>;
  movedAtMs: number;
}

const onlineMs = 180_000;
/** More devices at once that nobody knows are an attack; those seen longest ago go, first those of the same address. */
const maxWaiting = 100;
const maxWaitingOfOne = 8;
/** More items than the largest catalogues of one recorder have. */
const maxItems = 5_000;
/** A recorder that registers from two addresses within this time is two. Milliseconds. */
const movesApartMs = 60_000;
const passwordLength = 12;
/** Without letters and digits that people take for others. */
const passwordCharacters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Who may register by GB/T 28181, where each recorder is, and what it has. */
export async function createRecordersService(options: {
  repository: RecordersRepository;
  logger: Logger;
  nowMs(): number;
}): Promise<RecordersService> {
  const { repository, logger, nowMs } = options;
  const known = new Map<string, Known>();
  const waiting = new Map<string, WaitingRecorder>();
  /** Registered recorders by address, so that they are distinguished from strangers at once. */
  const addresses = new Map<string, number>();
  const writes = createRecorderWrites({ repository, logger });
  const alarmed = createListeners<[recorderId: string, alarm: DeviceAlarm]>();
  const moved = createListeners<[recorderId: string, address: string]>();
  const revoked = createListeners<[recorderId: string, place: RecorderPlace | undefined]>();
  const changed = createListeners<[what: 'recorders' | 'waiting']>();
  const enter = (
    recorderId: string,
    kept: Pick<Known, 'name' | 'password' | 'place' | 'learned' | 'setsClock'>,
  ): Known => {
    const recorder: Known = {
      ...kept,
      changing: 0,
      lastError: undefined,
      misplaced: undefined,
      clockOffsetMs: undefined,
      fixed: new Set(),
      missingOnce: new Set(),
      movedAtMs: Number.NEGATIVE_INFINITY,
      heardAtMs: Number.NEGATIVE_INFINITY,
      channels: new Map(),
      announcedItems: undefined,
      itemIds: new Set(),
    };
    known.set(recorderId, recorder);
    return recorder;
  };
  const countAddress = (address: string | undefined, more: 1 | -1): void => {
    if (address === undefined) return;
    const count = (addresses.get(address) ?? 0) + more;
    if (count > 0) addresses.set(address, count);
    else addresses.delete(address);
  };
  const keep = (work: Promise<void>, what: string): void => {
    work.catch((error: unknown) => logger.warn({ err: error }, what));
  };
  // One whose password is not there, or cannot be read, is nowhere until it registers: it is not called where it was. Nor is one
  // at a port to which nothing can be sent, as an earlier version kept it.
  for (const { recorderId, ...record } of await repository.list()) {
    const isSomewhere = record.password !== undefined && record.place?.port !== 0;
    enter(recorderId, isSomewhere ? record : { ...record, place: undefined });
  }
  for (const { recorderId, ...channel } of await repository.channels())
    known.get(recorderId)?.channels.set(channel.channelId, channel);
  for (const { place } of known.values()) countAddress(place?.address, 1);

  const move = (recorderId: string, recorder: Known, place: RecorderPlace | undefined): void => {
    const before = recorder.place;
    recorder.place = place;
    if (
      before?.address === place?.address &&
      before?.port === place?.port &&
      before?.protocol === place?.protocol
    )
      return;
    if (before?.address !== place?.address) {
      const now = nowMs();
      if (before !== undefined && place !== undefined) {
        if (now - recorder.movedAtMs < movesApartMs)
          failed(
            recorder,
            `Two devices use this id, one at ${before.address} and one at ${place.address}. Give each its own.`,
            { problem: 'two_devices', address: before.address },
          );
        recorder.movedAtMs = now;
      }
      countAddress(before?.address, -1);
      countAddress(place?.address, 1);
      if (place !== undefined) moved.notify(recorderId, place.address);
    }
    writes.place(recorderId, place);
    changed.notify('recorders');
  };
  const failed = (recorder: Known, message: string, misplaced?: Misplaced): void => {
    recorder.lastError = { message, atMs: nowMs() };
    if (misplaced === undefined) return;
    recorder.misplaced = { ...misplaced, atMs: nowMs() };
    changed.notify('recorders');
  };
  const isOnline = ({ heardAtMs }: Known): boolean => nowMs() - heardAtMs <= onlineMs;
  const wasHeard = (recorder: Known): void => {
    const wasOnline = isOnline(recorder);
    recorder.heardAtMs = nowMs();
    if (!wasOnline) changed.notify('recorders');
  };
  const saveChannel = (recorderId: string, recorder: Known, channel: ChannelRecord): void => {
    const before = recorder.channels.get(channel.channelId);
    if (before?.name === channel.name && before.isOn === channel.isOn && before.isGone === channel.isGone)
      return;
    recorder.channels.set(channel.channelId, channel);
    writes.channel({ recorderId, ...channel });
    changed.notify('recorders');
  };
  const directory: RecorderDirectory = {
    passwordOf(recorderId) {
      const recorder = known.get(recorderId);
      return recorder?.changing === 0 ? recorder.password : undefined;
    },
    isEntered: (recorderId) => known.has(recorderId),
    setsClock: (recorderId) => known.get(recorderId)?.setsClock ?? true,
    placeOf: (recorderId) => known.get(recorderId)?.place,
    *places() {
      for (const [recorderId, { place, heardAtMs }] of known)
        if (place !== undefined) yield { recorderId, place, heardAtMs };
    },
    channelIdsOf: (recorderId) => known.get(recorderId)?.channels.keys() ?? [],
    learnedOf: (recorderId) => known.get(recorderId)?.learned ?? {},
    learn(recorderId, habits) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      const learned = { ...recorder.learned, ...habits };
      if (JSON.stringify(learned) === JSON.stringify(recorder.learned)) return;
      recorder.learned = learned;
      writes.learned(recorderId, learned);
      changed.notify('recorders');
    },
    failed(recorderId, message, misplaced) {
      const recorder = known.get(recorderId);
      if (recorder !== undefined) failed(recorder, message, misplaced);
    },
    alarmed(recorderId, alarm) {
      if (known.has(recorderId)) alarmed.notify(recorderId, alarm);
    },
    isKnownAddress: (address) => addresses.has(address),
    registered(recorderId, place) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      wasHeard(recorder);
      move(recorderId, recorder, place);
    },
    signedOff(recorderId) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      recorder.heardAtMs = Number.NEGATIVE_INFINITY;
      move(recorderId, recorder, undefined);
    },
    heard(recorderId, place) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      wasHeard(recorder);
      move(recorderId, recorder, place);
    },
    waits(recorderId, address) {
      const before = waiting.get(recorderId);
      waiting.delete(recorderId);
      waiting.set(recorderId, { recorderId, address, lastSeenAtMs: nowMs() });
      // The list shows the minute.
      if (before?.address !== address || minuteOf(before.lastSeenAtMs) !== minuteOf(nowMs()))
        changed.notify('waiting');
      const ofAddress = [...waiting.values()].filter((one) => one.address === address);
      const oldest = ofAddress.length > maxWaitingOfOne ? ofAddress[0]?.recorderId : undefined;
      const [first] = waiting.keys();
      const gone = oldest ?? (waiting.size > maxWaiting ? first : undefined);
      if (gone !== undefined) waiting.delete(gone);
    },
    catalogueCame(recorderId, { items, sum }, isAsked) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      const before = { announced: recorder.announcedItems, received: recorder.itemIds.size };
      if (isAsked && sum !== undefined) recorder.announcedItems = sum;
      for (const { deviceId, name, isOn, isChannel, isFixed, event } of items) {
        const channel = recorder.channels.get(deviceId);
        if (isAsked && recorder.itemIds.size < maxItems) recorder.itemIds.add(deviceId);
        if (channel === undefined && (!isChannel || recorder.channels.size >= maxItems)) continue;
        // A notice names nothing but what changed.
        if (isFixed) recorder.fixed.add(deviceId);
        else if (event === undefined) recorder.fixed.delete(deviceId);
        saveChannel(recorderId, recorder, {
          channelId: deviceId,
          // A notice that a channel went off names nothing but its id.
          name: name === '' ? (channel?.name ?? '') : name,
          isOn: isOn ?? (event === undefined ? undefined : channel?.isOn),
          isGone: event === 'DEL',
        });
      }
      if (before.announced !== recorder.announcedItems || before.received !== recorder.itemIds.size)
        changed.notify('recorders');
    },
    clockOffsetOf: (recorderId) => known.get(recorderId)?.clockOffsetMs ?? 0,
    saidClock(recorderId, offsetMs) {
      const recorder = known.get(recorderId);
      if (recorder === undefined || recorder.clockOffsetMs === offsetMs) return;
      // The list shows minutes.
      const isShownSame = minuteOf(recorder.clockOffsetMs ?? 0) === minuteOf(offsetMs);
      recorder.clockOffsetMs = offsetMs;
      if (!isShownSame) changed.notify('recorders');
    },
    isFixed: (recorderId, channelId) => known.get(recorderId)?.fixed.has(channelId) ?? false,
    catalogueEnded(recorderId, deviceIds, isWhole) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      // A recorder that did not answer at all has what it had.
      if (deviceIds.size > 0 && deviceIds.size !== recorder.itemIds.size) changed.notify('recorders');
      if (deviceIds.size > 0) recorder.itemIds = new Set(deviceIds);
      if (!isWhole) return;
      const missing = [...recorder.channels.values()].filter(({ channelId }) => !deviceIds.has(channelId));
      for (const channel of missing)
        if (recorder.missingOnce.has(channel.channelId))
          saveChannel(recorderId, recorder, { ...channel, isGone: true });
      recorder.missingOnce = new Set(missing.map(({ channelId }) => channelId));
    },
    callBegan: (call) => keep(repository.addCall(call), 'a call to a recorder could not be stored'),
    callEnded: (callId) =>
      keep(repository.removeCall(callId), 'the end of a call to a recorder could not be stored'),
    leftCalls: () => repository.calls(),
  };
  const signOff = (recorderId: string): void => {
    const place = directory.placeOf(recorderId);
    directory.signedOff(recorderId);
    changed.notify('recorders');
    revoked.notify(recorderId, place);
  };
  const setHabit = async (recorderId: string, habit: SetHabit, actor: string): Promise<void> => {
    if (!known.has(recorderId)) return;
    await repository.setHabit(recorderId, habit, actor, nowMs());
    directory.learn(recorderId, habit);
  };
  return {
    directory,
    list: () => ({
      recorders: [...known].map(([recorderId, recorder]) => ({
        recorderId,
        name: recorder.name,
        isOnline: isOnline(recorder),
        address:
          recorder.place === undefined ? undefined : `${recorder.place.address}:${recorder.place.port}`,
        announcedItems: recorder.announcedItems,
        receivedItems: recorder.itemIds.size,
        heardAtMs: Number.isFinite(recorder.heardAtMs) ? recorder.heardAtMs : undefined,
        learned: recorder.learned,
        setsClock: recorder.setsClock,
        lastError: recorder.lastError,
        misplaced: recorder.misplaced,
        clockOffsetMs: recorder.clockOffsetMs,
        channels: [...recorder.channels.values()].map((channel) => ({
          ...channel,
          url: recorderUrl(recorderId, channel.channelId),
        })),
      })),
      waiting: [...waiting.values()],
    }),
    isOnline(recorderId) {
      const recorder = known.get(recorderId);
      return recorder !== undefined && isOnline(recorder);
    },
    standings: () => [...known].map(([recorderId, one]) => ({ recorderId, isOnline: isOnline(one) })),
    async add({ recorderId, name, password: given }, actor) {
      const letter = (): string => passwordCharacters.charAt(randomInt(passwordCharacters.length));
      const password = given ?? Array.from({ length: passwordLength }, letter).join('');
      const before = known.get(recorderId);
      const isChange = before !== undefined && password !== directory.passwordOf(recorderId);
      if (isChange) {
        before.changing += 1;
        // Who registered with the password of before has to register again.
        signOff(recorderId);
      }
      await repository.add({ recorderId, name, password, createdAtMs: nowMs() }, actor).finally(() => {
        if (!isChange) return;
        before.changing -= 1;
        // It tried to register meanwhile, and is no stranger.
        waiting.delete(recorderId);
      });
      const recorder = known.get(recorderId);
      if (recorder === undefined) {
        // Unless it was removed meanwhile.
        if (before === undefined)
          enter(recorderId, { name, password, place: undefined, learned: {}, setsClock: true });
      } else if (before === undefined || recorder === before) {
        // Somebody else may have entered it at the same time, with another password.
        const isOther = before === undefined && password !== recorder.password;
        Object.assign(recorder, { name, password });
        if (isOther) signOff(recorderId);
      }
      waiting.delete(recorderId);
      changed.notify('recorders');
      return { password };
    },
    async setClock(recorderId, setsClock, actor) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      await repository.setClock(recorderId, setsClock, actor, nowMs());
      recorder.setsClock = setsClock;
      changed.notify('recorders');
    },
    setSha256: (recorderId, asksSha256, actor) => setHabit(recorderId, { asksSha256 }, actor),
    setMotionAlerts: (recorderId, alertsOnMotion, actor) => setHabit(recorderId, { alertsOnMotion }, actor),
    nameOf: (recorderId) => known.get(recorderId)?.name,
    async remove(recorderId, actor) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return false;
      const { place } = recorder;
      known.delete(recorderId);
      countAddress(place?.address, -1);
      writes.forget(recorderId);
      changed.notify('recorders');
      revoked.notify(recorderId, place);
      await repository.remove(recorderId, actor, nowMs()).catch((error: unknown) => {
        known.set(recorderId, {
          ...recorder,
          password: undefined,
          changing: 0,
          place: undefined,
          heardAtMs: Number.NEGATIVE_INFINITY,
        });
        changed.notify('recorders');
        throw error;
      });
      return true;
    },
    onAlarm: alarmed.add,
    onRevoked: revoked.add,
    onMoved: moved.add,
    onChanged: (listener) => void changed.add(listener),
    close: () => writes.close(),
  };
}

function minuteOf(atMs: number): number {
  return Math.floor(atMs / 60_000);
}
