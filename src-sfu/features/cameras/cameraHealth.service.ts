import { createListeners } from '../../../src-shared/listeners.ts';
import {
  isShowable,
  transitionCameraCondition,
  unknownCondition,
  type CameraFinding,
} from '../../../src-shared/cameras/cameraCondition.ts';
import type { CameraHealth, KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { StreamEndCause } from '../../../src-shared/cameras/cameraStream.ts';
import {
  HealthSchedule,
  type ProbeLimits,
  type ProbeOutcome,
} from '../../../src-shared/cameras/healthSchedule.ts';
import { parseCameraUrl } from '../../base/cameraUrl.ts';
import type { Logger } from '../../logger.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CameraHealthRepository, HealthRecord, PosterRepository } from './cameraHealth.repository.ts';
import { probeProgress, type CameraProbe } from './cameraProbe.ts';
import type { CamerasService } from './cameras.service.ts';
import { servedKind, type StreamDetails, type StreamObservation } from './runningStream.ts';

/** The condition of each camera, from the hub's own probes and from the streams that viewers watch. */
export interface CameraHealthService {
  /** Loads the conditions that were stored before the hub stopped. */
  load(): Promise<void>;
  /** Starts the probes. */
  start(): void;
  read(): CameraHealth[];
  /** Whether the camera is expected to show pictures; true for a camera that was never probed. */
  isOnline(cameraId: string): boolean;
  /** The newest picture there is of a camera: of a running stream, or the one that is kept. */
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  /** The registry changed; the cameras named have another address. */
  camerasChanged(cameraIds: readonly string[]): Promise<void>;
  /** Called with what changed, about once a second. */
  onChanged(listener: (changed: CameraHealth[]) => void): void;
  /** Called when cameras went on or off line, about once a second. */
  onOnlineChanged(listener: () => void): void;
  /** Called when one of the hub's own probes is over. */
  onProbe(listener: (outcome: ProbeOutcome) => void): void;
  /** For the metrics. */
  figures(): HealthFigures;
  /** Saves what is not saved yet. */
  close(): Promise<void>;
}

interface HealthFigures {
  conditions: Record<CameraHealth['condition'], number>;
  running: number;
  /** Undefined while a camera was never probed. */
  oldestProbeAgeMs: number | undefined;
}

export interface CameraHealthServiceOptions {
  directory: CameraDirectory;
  cameras: CamerasService;
  repository: CameraHealthRepository;
  posters: PosterRepository;
  limits: ProbeLimits;
  logger: Logger;
  nowMs(): number;
}

const probeTickMs = 100;
const announceMs = 1_000;
/** When only the times of probes changed, they are saved with every so many-th announcement. */
const announcementsPerSave = 15;
/** A new poster is stored when the stored one is older than this. Milliseconds. */
const posterAgeMs = 30_000;

export function createCameraHealthService(options: CameraHealthServiceOptions): CameraHealthService {
  const { directory, cameras, repository, posters, limits, logger, nowMs } = options;
  const startedAtMs = nowMs();
  const schedule = new HealthSchedule(limits);
  const records = new Map<string, HealthRecord>();
  const probes = new Map<string, CameraProbe>();
  const healthChanged = createListeners<[changed: CameraHealth[]]>();
  const probeEnded = createListeners<[outcome: ProbeOutcome]>();
  const cameraOnlineChanged = createListeners();
  /** The time of the picture that was last given to the poster store, by camera. */
  const posterAskedAtMs = new Map<string, number>();
  const toAnnounce = new Set<string>();
  const toSave = new Set<string>();
  const timers: NodeJS.Timeout[] = [];
  let saving = Promise.resolve();
  let conditionsChanged = false;
  let onlineChanged = false;
  let announcements = 0;

  const viewOf = (cameraId: string): CameraHealth => {
    const record = records.get(cameraId);
    const posterAtMs = posters.times().get(cameraId);
    const poster = posterAtMs === undefined ? {} : { posterAtMs };
    if (record === undefined) return { cameraId, condition: 'unknown', sinceMs: startedAtMs, ...poster };
    const { condition, sinceMs, message } = record.condition;
    const { checkedAtMs, codec, width, height, frameRate } = record;
    return {
      cameraId,
      condition,
      sinceMs,
      checkedAtMs,
      ...(message === undefined ? {} : { message }),
      ...(codec === undefined ? {} : { codec }),
      ...(width === undefined || height === undefined ? {} : { width, height }),
      ...(frameRate === undefined ? {} : { frameRate }),
      ...poster,
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

  /** Notes what is known now of a stream's pictures, as soon as the media side has answered; `measured` is known better. */
  const noteDetails = (cameraId: string, streamId: string, measured: StreamDetails = {}): void => {
    void cameras.details(streamId).then((details) => note(cameraId, undefined, { ...details, ...measured }));
  };

  const keepPoster = (cameraId: string, picture: KeyPicture): void => {
    const keptAtMs =
      posterAskedAtMs.get(cameraId) ?? posters.times().get(cameraId) ?? Number.NEGATIVE_INFINITY;
    // A poster with a time in the future was stored before the clock was set back.
    if (keptAtMs <= nowMs() && picture.capturedAtMs - keptAtMs < posterAgeMs) return;
    posterAskedAtMs.set(cameraId, picture.capturedAtMs);
    void posters.save(cameraId, picture).then(() => toAnnounce.add(cameraId));
  };

  /** Findings during a probe of the hub are counted once, when the probe ends. */
  const count = (cameraId: string, outcome: ProbeOutcome): void => {
    if (!probes.has(cameraId)) schedule.found(cameraId, outcome, nowMs());
  };

  const endProbe = (probe: CameraProbe, outcome: ProbeOutcome): void => {
    cameras.endProbe(probe.streamId);
    probes.delete(probe.cameraId);
    schedule.ended(probe.cameraId);
    schedule.found(probe.cameraId, outcome, nowMs());
    probeEnded.notify(outcome);
  };

  cameras.onObserved((observation: StreamObservation) => {
    const { cameraId } = observation;
    const probe = probes.get(cameraId);
    switch (observation.type) {
      case 'live':
        // The camera's settings may have changed since; a surface that watches it now will report whether it decodes.
        if (observation.isWatched) note(cameraId, { type: 'decodable' });
        note(cameraId, { type: 'pictureArrived' });
        count(cameraId, 'seen');
        return;
      case 'advanced':
        note(cameraId, { type: 'pictureAdvanced' });
        return;
      case 'decoding':
        note(cameraId, { type: observation.decodes ? 'decodable' : 'undecodable' });
        return;
      case 'froze':
        noteDetails(cameraId, observation.streamId);
        note(cameraId, { type: 'pictureFroze', sinceMs: observation.sinceMs });
        if (probe?.streamId === observation.streamId) endProbe(probe, 'seen');
        return;
      case 'ended': {
        const { cause, message, codec } = observation;
        note(cameraId, { type: 'failed', cause, message }, codec === undefined ? {} : { codec });
        if (probe?.streamId === observation.streamId) endProbe(probe, outcomeOf(cause));
        else count(cameraId, outcomeOf(cause));
        return;
      }
      case 'stopped':
        note(cameraId, undefined, observation.details);
        return;
    }
  });

  const followProbe = async (probe: CameraProbe): Promise<void> => {
    if (probe.isAsking) return;
    probe.isAsking = true;
    const statistics = await cameras.liveStatistics(probe.streamId);
    probe.isAsking = false;
    // The probe may have ended while the media side was asked.
    if (probes.get(probe.cameraId) !== probe) return;
    const progress = probeProgress(probe, statistics, nowMs());
    if (progress.type === 'goingOn') return;
    if (progress.type === 'nothing') {
      // When viewers keep this stream retrying, its failures were recorded already; a stream that is still starting was not.
      const isStarting = cameras.status(probe.streamId)?.state === 'starting';
      const message = 'The camera sent no picture in time. Check the camera and its network.';
      if (isStarting) note(probe.cameraId, { type: 'failed', cause: 'timeout', message });
      endProbe(probe, isStarting ? 'failed' : 'refused');
      return;
    }
    const { hasAdvanced, frameRate } = progress;
    const measured = frameRate === undefined ? {} : { frameRate };
    noteDetails(probe.cameraId, probe.streamId, measured);
    note(probe.cameraId, { type: hasAdvanced ? 'pictureAdvanced' : 'pictureArrived' }, measured);
    endProbe(probe, 'seen');
  };

  const tick = (): void => {
    for (const probe of [...probes.values()]) void followProbe(probe);
    for (let cameraId = schedule.next(nowMs()); cameraId !== undefined; cameraId = schedule.next(nowMs())) {
      const probe: CameraProbe = { cameraId, streamId: '', startedAtMs: nowMs(), isAsking: false };
      probes.set(cameraId, probe);
      const streamId = cameras.startProbe(cameraId);
      if (streamId === undefined) {
        probes.delete(cameraId);
        schedule.ended(cameraId);
        schedule.found(cameraId, 'refused', nowMs());
        continue;
      }
      probe.streamId = streamId;
    }
  };

  /** Conditions are announced after they are durable, so that what a desk shows is still true after the hub was killed. */
  const announce = async (): Promise<void> => {
    const cameraIds = [...toAnnounce].filter((cameraId) => directory.camera(cameraId) !== undefined);
    const hasOnlineChanged = onlineChanged;
    toAnnounce.clear();
    onlineChanged = false;
    announcements += 1;
    if (conditionsChanged || announcements % announcementsPerSave === 0) await save();
    if (cameraIds.length > 0) healthChanged.notify(cameraIds.map(viewOf));
    if (hasOnlineChanged) cameraOnlineChanged.notify();
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
        logger.error({ err: error }, 'the health of cameras could not be saved; it is tried again');
      });
    return saving;
  };

  const setCameras = (): void => {
    schedule.setCameras(
      [...directory.cameras()].map((camera) => {
        const record = records.get(camera.id);
        const url = servedKind(camera, 'sub') === 'sub' ? camera.urls.sub : camera.urls.main;
        return {
          cameraId: camera.id,
          host: hostOf(url ?? camera.urls.main),
          lastProbeAtMs: record?.checkedAtMs,
          isFailing: record !== undefined && !isShowable(record.condition.condition),
        };
      }),
      nowMs(),
    );
  };

  const forgetRemoved = async (): Promise<void> => {
    const isGone = (cameraId: string): boolean => directory.camera(cameraId) === undefined;
    const gone = [...new Set([...records.keys(), ...posters.times().keys()])].filter(isGone);
    if (gone.length === 0) return;
    for (const cameraId of gone) {
      records.delete(cameraId);
      posterAskedAtMs.delete(cameraId);
      toSave.delete(cameraId);
      const probe = probes.get(cameraId);
      if (probe !== undefined) cameras.endProbe(probe.streamId);
      probes.delete(cameraId);
    }
    await saving;
    await repository.remove(gone);
    await posters.remove(gone);
  };

  return {
    async load() {
      for (const record of await repository.readAll()) records.set(record.cameraId, record);
      await forgetRemoved();
      setCameras();
    },
    start() {
      if (limits.maxRunning > 0) timers.push(setInterval(tick, probeTickMs).unref());
      timers.push(setInterval(() => void announce(), announceMs).unref());
    },
    read: () => [...directory.cameras()].map(({ id }) => viewOf(id)),
    isOnline(cameraId) {
      const record = records.get(cameraId);
      return cameras.isOnline(cameraId) && (record === undefined || isShowable(record.condition.condition));
    },
    async poster(cameraId) {
      const running =
        (await cameras.keyPicture(`${cameraId}:sub`)) ?? (await cameras.keyPicture(`${cameraId}:main`));
      const kept = await posters.find(cameraId);
      if (running === undefined || kept === undefined) return running ?? kept;
      return kept.capturedAtMs > running.capturedAtMs ? kept : running;
    },
    async camerasChanged(cameraIds) {
      setCameras();
      for (const cameraId of cameraIds) schedule.probeSoon(cameraId, nowMs());
      await forgetRemoved();
    },
    onChanged: healthChanged.add,
    onOnlineChanged: cameraOnlineChanged.add,
    onProbe: probeEnded.add,
    figures() {
      const conditions = { unknown: 0, online: 0, offline: 0, frozen: 0, unauthorized: 0, unsupported: 0 };
      for (const { id } of directory.cameras())
        conditions[records.get(id)?.condition.condition ?? 'unknown'] += 1;
      const oldestAtMs = schedule.oldestProbeAtMs();
      return {
        conditions,
        running: schedule.running,
        oldestProbeAgeMs: oldestAtMs === undefined ? undefined : Math.max(0, nowMs() - oldestAtMs),
      };
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      for (const probe of probes.values()) cameras.endProbe(probe.streamId);
      probes.clear();
      await save();
    },
  };
}

/** Only cameras that may recover by themselves are probed again soon. */
function outcomeOf(cause: StreamEndCause): ProbeOutcome {
  if (cause === 'unauthorized' || cause === 'unsupported' || cause === 'transcodeFailed') return 'refused';
  return cause === 'transcodeBudget' ? 'seen' : 'failed';
}

/** The address a camera is reached at. */
function hostOf(url: string): string {
  try {
    return parseCameraUrl(url).host;
  } catch {
    return url;
  }
}
