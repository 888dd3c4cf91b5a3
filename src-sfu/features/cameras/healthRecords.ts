import {
  isShowable,
  transitionCameraCondition,
  unknownCondition,
  type CameraFinding,
} from '../../../src-shared/cameras/cameraCondition.ts';
import type {
  CameraDeviceNote,
  CameraHealth,
  KeyPicture,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CameraHealthRepository, HealthRecord, PosterRepository } from './cameraHealth.repository.ts';
import type { StreamDetails } from './runningStream.ts';

/** When only the times of probes changed, they are saved once in this number of announcements. */
const announcementsPerSave = 15;
/** A new poster is stored when the stored one is older than this. Milliseconds. */
const posterAgeMs = 30_000;

export interface HealthRecordsOptions {
  directory: CameraDirectory;
  repository: CameraHealthRepository;
  posters: PosterRepository;
  logger: Logger;
  nowMs(): number;
}

/** What is known of the health of each camera: kept in memory, saved, and gathered for announcements. */
export function createHealthRecords(options: HealthRecordsOptions) {
  const { directory, repository, posters, logger, nowMs } = options;
  const startedAtMs = nowMs();
  const records = new Map<string, HealthRecord>();
  let deviceNotes: ReadonlyMap<string, CameraDeviceNote> = new Map();
  /** The time of the picture that was last given to the poster store, by camera. */
  const posterAskedAtMs = new Map<string, number>();
  const toAnnounce = new Set<string>();
  const toSave = new Set<string>();
  let saving = Promise.resolve();
  let conditionsChanged = false;
  let onlineChanged = false;
  let announcements = 0;

  const viewOf = (cameraId: string): CameraHealth => {
    const record = records.get(cameraId);
    const posterAtMs = posters.times().get(cameraId);
    const device = deviceNotes.get(cameraId);
    const more = {
      ...(posterAtMs === undefined ? {} : { posterAtMs }),
      ...(device === undefined ? {} : { device }),
    };
    if (record === undefined) return { cameraId, condition: 'unknown', sinceMs: startedAtMs, ...more };
    const { condition, sinceMs, message, isPasswordWithheld } = record.condition;
    const { checkedAtMs, codec, width, height, frameRate } = record;
    return {
      cameraId,
      condition,
      sinceMs,
      checkedAtMs,
      ...(message === undefined ? {} : { message }),
      ...(isPasswordWithheld === undefined ? {} : { isPasswordWithheld }),
      ...(codec === undefined ? {} : { codec }),
      ...(width === undefined || height === undefined ? {} : { width, height }),
      ...(frameRate === undefined ? {} : { frameRate }),
      ...more,
    };
  };

  const note = (cameraId: string, finding: CameraFinding | undefined, details: StreamDetails = {}): void => {
    if (directory.camera(cameraId) === undefined) return;
    const now = nowMs();
    const before = records.get(cameraId);
    const known = before?.condition ?? unknownCondition(now);
    const condition = finding === undefined ? known : transitionCameraCondition(known, finding, now);
    const { picture, codec, frameRate } = details;
    records.set(cameraId, {
      ...before,
      cameraId,
      condition,
      checkedAtMs: now,
      ...(codec === undefined ? {} : { codec: codec.slice(0, 32) }),
      ...(picture === undefined ? {} : { width: picture.width, height: picture.height }),
      ...(frameRate === undefined ? {} : { frameRate: Math.round(frameRate * 10) / 10 }),
    });
    toAnnounce.add(cameraId);
    toSave.add(cameraId);
    if (condition.condition !== known.condition) {
      conditionsChanged = true;
      onlineChanged ||= isShowable(condition.condition) !== isShowable(known.condition);
      const isFirstSight = known.condition === 'unknown' && condition.condition === 'online';
      const change = { cameraId, from: known.condition, to: condition.condition };
      logger[isFirstSight ? 'debug' : 'info'](change, 'camera condition');
    }
    if (picture !== undefined) keepPoster(cameraId, picture);
  };

  const keepPoster = (cameraId: string, picture: KeyPicture): void => {
    const keptAtMs =
      posterAskedAtMs.get(cameraId) ?? posters.times().get(cameraId) ?? Number.NEGATIVE_INFINITY;
    // A poster with a time in the future was stored before the clock was set back.
    if (keptAtMs <= nowMs() && picture.capturedAtMs - keptAtMs < posterAgeMs) return;
    posterAskedAtMs.set(cameraId, picture.capturedAtMs);
    void posters.save(cameraId, picture).then(() => toAnnounce.add(cameraId));
  };

  const save = (): Promise<void> => {
    const cameraIds = [...toSave];
    toSave.clear();
    conditionsChanged = false;
    if (cameraIds.length === 0) return saving;
    const changed = cameraIds
      .map((cameraId) => records.get(cameraId))
      .filter((record) => record !== undefined);
    saving = saving
      .then(() => repository.save(changed))
      .catch((error: unknown) => {
        for (const cameraId of cameraIds) toSave.add(cameraId);
        logger.error({ err: error }, 'the health of cameras could not be stored; it is tried again');
      });
    return saving;
  };

  return {
    viewOf,
    note,
    /** A picture that did not come from a stream: it becomes the poster unless a newer one is kept. */
    offerPoster(cameraId: string, picture: KeyPicture): void {
      if (directory.camera(cameraId) !== undefined) keepPoster(cameraId, picture);
    },
    save,
    /** Replaces what is to be known of the devices behind cameras; the cameras of which it changed are announced. */
    setDeviceNotes(notes: ReadonlyMap<string, CameraDeviceNote>): void {
      for (const cameraId of new Set([...deviceNotes.keys(), ...notes.keys()]))
        if (JSON.stringify(deviceNotes.get(cameraId)) !== JSON.stringify(notes.get(cameraId)))
          toAnnounce.add(cameraId);
      deviceNotes = notes;
    },
    record: (cameraId: string): HealthRecord | undefined => records.get(cameraId),
    async load(): Promise<void> {
      for (const record of await repository.readAll()) records.set(record.cameraId, record);
    },
    /**
     * The changes to announce now: the cameras that changed, and whether any of them went online or offline. Conditions are
     * announced after they are durable, so that a desk never shows a condition that is lost when the hub is killed.
     */
    async takeChanges(): Promise<{ cameraIds: string[]; hasOnlineChanged: boolean }> {
      const cameraIds = [...toAnnounce].filter((cameraId) => directory.camera(cameraId) !== undefined);
      const hasOnlineChanged = onlineChanged;
      toAnnounce.clear();
      onlineChanged = false;
      announcements += 1;
      if (conditionsChanged || announcements % announcementsPerSave === 0) await save();
      return { cameraIds, hasOnlineChanged };
    },
    /** Forgets the cameras that are not registered any more; `onForgotten` is called for each of them before the store is changed. */
    async forgetRemoved(onForgotten: (cameraId: string) => void): Promise<void> {
      const isGone = (cameraId: string): boolean => directory.camera(cameraId) === undefined;
      const gone = [...new Set([...records.keys(), ...posters.times().keys()])].filter(isGone);
      if (gone.length === 0) return;
      for (const cameraId of gone) {
        records.delete(cameraId);
        posterAskedAtMs.delete(cameraId);
        toSave.delete(cameraId);
        onForgotten(cameraId);
      }
      await saving;
      await repository.remove(gone);
      await posters.remove(gone);
    },
  };
}
