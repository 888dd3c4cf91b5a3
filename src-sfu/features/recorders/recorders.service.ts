import { randomInt } from 'node:crypto';
import { recorderUrl } from '../../base/recorderUrl.ts';
import type { Logger } from '../../logger.ts';
import type { RecorderDirectory } from '../../media/sources/gb28181/recorderDirectory.ts';
import type { SipPeer } from '../../media/sources/gb28181/sipTransport.ts';
import type { ChannelRecord, RecordersRepository } from './recorders.repository.ts';

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
  /** Enters a recorder, or gives it a new password. The password is in this answer only. */
  add(recorder: { recorderId: string; name: string }, actor: string): Promise<{ password: string }>;
  /** False when there is none of this id. */
  remove(recorderId: string, actor: string): Promise<boolean>;
}

interface Known {
  name: string;
  password: string | undefined;
  place: SipPeer | undefined;
  heardAtMs: number;
  channels: Map<string, ChannelRecord>;
  announcedItems: number | undefined;
  itemIds: Set<string>;
}

const onlineMs = 180_000;
/** More devices at once that nobody knows are an attack; those seen longest ago go. */
const maxWaiting = 100;
/** More items than the largest catalogues of one recorder have. */
const maxItems = 2_000;
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
  let addresses = new Set<string>();
  const enter = (recorderId: string, kept: Pick<Known, 'name' | 'password' | 'place'>): Known => {
    const recorder: Known = {
      ...kept,
      heardAtMs: Number.NEGATIVE_INFINITY,
      channels: new Map(),
      announcedItems: undefined,
      itemIds: new Set(),
    };
    known.set(recorderId, recorder);
    return recorder;
  };
  const countAddresses = (): void => {
    addresses = new Set([...known.values()].flatMap(({ place }) => place?.address ?? []));
  };
  const keep = (work: Promise<void>, what: string): void => {
    work.catch((error: unknown) => logger.warn({ err: error }, what));
  };
  for (const { recorderId, ...record } of await repository.list()) enter(recorderId, record);
  for (const { recorderId, ...channel } of await repository.channels())
    known.get(recorderId)?.channels.set(channel.channelId, channel);
  countAddresses();

  const move = (recorderId: string, recorder: Known, place: SipPeer | undefined): void => {
    const before = recorder.place;
    recorder.place = place;
    if (
      before?.address === place?.address &&
      before?.port === place?.port &&
      before?.protocol === place?.protocol
    )
      return;
    countAddresses();
    keep(
      repository.savePlace(recorderId, place),
      'the address of a recorder could not be stored; it registers again',
    );
  };
  const directory: RecorderDirectory = {
    passwordOf: (recorderId) => known.get(recorderId)?.password,
    placeOf: (recorderId) => known.get(recorderId)?.place,
    isKnownAddress: (address) => addresses.has(address),
    registered(recorderId, place) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      recorder.heardAtMs = nowMs();
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
      recorder.heardAtMs = nowMs();
      move(recorderId, recorder, place);
    },
    waits(recorderId, address) {
      waiting.delete(recorderId);
      waiting.set(recorderId, { recorderId, address, lastSeenAtMs: nowMs() });
      const [oldest] = waiting.keys();
      if (waiting.size > maxWaiting && oldest !== undefined) waiting.delete(oldest);
    },
    catalogueCame(recorderId, items, sum) {
      const recorder = known.get(recorderId);
      if (recorder === undefined) return;
      if (sum !== undefined) recorder.announcedItems = sum;
      const changed: ChannelRecord[] = [];
      for (const { deviceId, name, isOn, isChannel } of items) {
        if (recorder.itemIds.size >= maxItems && !recorder.itemIds.has(deviceId)) continue;
        recorder.itemIds.add(deviceId);
        const before = recorder.channels.get(deviceId);
        if (!isChannel || (before?.name === name && before.isOn === isOn)) continue;
        const channel = { channelId: deviceId, name, isOn };
        recorder.channels.set(deviceId, channel);
        changed.push(channel);
      }
      if (changed.length > 0)
        keep(repository.saveChannels(recorderId, changed), 'the channels of a recorder could not be stored');
    },
    callBegan: (call) => keep(repository.addCall(call), 'a call to a recorder could not be stored'),
    callEnded: (callId) =>
      keep(repository.removeCall(callId), 'the end of a call to a recorder could not be stored'),
    leftCalls: () => repository.calls(),
  };
  return {
    directory,
    list: () => ({
      recorders: [...known].map(([recorderId, recorder]) => ({
        recorderId,
        name: recorder.name,
        isOnline: nowMs() - recorder.heardAtMs <= onlineMs,
        address:
          recorder.place === undefined ? undefined : `${recorder.place.address}:${recorder.place.port}`,
        announcedItems: recorder.announcedItems,
        receivedItems: recorder.itemIds.size,
        channels: [...recorder.channels.values()].map((channel) => ({
          ...channel,
          url: recorderUrl(recorderId, channel.channelId),
        })),
      })),
      waiting: [...waiting.values()],
    }),
    async add({ recorderId, name }, actor) {
      const letter = (): string => passwordCharacters.charAt(randomInt(passwordCharacters.length));
      const password = Array.from({ length: passwordLength }, letter).join('');
      await repository.add({ recorderId, name, password, createdAtMs: nowMs() }, actor);
      const before = known.get(recorderId);
      if (before === undefined) enter(recorderId, { name, password, place: undefined });
      else Object.assign(before, { name, password });
      waiting.delete(recorderId);
      return { password };
    },
    async remove(recorderId, actor) {
      if (!known.has(recorderId)) return false;
      await repository.remove(recorderId, actor, nowMs());
      known.delete(recorderId);
      countAddresses();
      return true;
    },
  };
}
