import { createListeners } from '../../../src-shared/listeners.ts';
import { isShowable } from '../../../src-shared/cameras/cameraCondition.ts';
import type {
  CameraDeviceNote,
  CameraHealth,
  KeyPicture,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import type { StreamEndCause } from '../../../src-shared/cameras/cameraStream.ts';
import {
  HealthSchedule,
  type ProbeLimits,
  type ProbeOutcome,
} from '../../../src-shared/cameras/healthSchedule.ts';
import { parseCameraUrl } from '../../base/cameraUrl.ts';
import type { Logger } from '../../logger.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CameraHealthRepository, PosterRepository } from './cameraHealth.repository.ts';
import { probeProgress, type CameraProbe } from './cameraProbe.ts';
import type { CamerasService } from './cameras.service.ts';
import { createHealthRecords } from './healthRecords.ts';
import { servedKind, type StreamDetails, type StreamObservation } from './runningStream.ts';

/** The condition of each camera, from the hub's own probes and from the streams that viewers watch. */
export interface CameraHealthService {
  /** Loads the conditions that were stored before the hub stopped. */
  load(): Promise<void>;
  /** Starts the probes. */
  start(): void;
  read(): CameraHealth[];
  /** Of these cameras, by their ids. */
  of(cameraIds: readonly string[]): Map<string, CameraHealth>;
  /** Whether the camera is expected to show pictures; true for a camera that was never probed. */
  isOnline(cameraId: string): boolean;
  /** The newest picture of a camera: from a running stream, otherwise its poster. */
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  /** A picture of a camera that did not come from its stream becomes its poster, unless a newer one is kept. */
  offerPoster(cameraId: string, picture: KeyPicture): void;
  /** Replaces what officers are to know of the devices behind cameras. */
  setDeviceNotes(notes: ReadonlyMap<string, CameraDeviceNote>): void;
  /** The registry changed; the cameras named have another address. */
  camerasChanged(cameraIds: readonly string[]): Promise<void>;
  /** Called with what changed, about once a second. */
  onChanged(listener: (changed: CameraHealth[]) => void): void;
  /** Called when cameras went on or off line, about once a second. */
  onOnlineChanged(listener: () => void): void;
  /** Called when one of the hub's own probes has ended. */
  onProbe(listener: (outcome: ProbeOutcome) => void): void;
  /** For the metrics. */
  figures(): HealthFigures;
  /** Saves the changes that are not saved yet. */
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

export function createCameraHealthService(options: CameraHealthServiceOptions): CameraHealthService {
  const { directory, cameras, posters, limits, nowMs } = options;
  const schedule = new HealthSchedule(limits);
  const records = createHealthRecords(options);
  const { viewOf, note } = records;
  const probes = new Map<string, CameraProbe>();
  const healthChanged = createListeners<[changed: CameraHealth[]]>();
  const probeEnded = createListeners<[outcome: ProbeOutcome]>();
  const cameraOnlineChanged = createListeners();
  const timers: NodeJS.Timeout[] = [];

  /**
   * Records what is known now about a stream's pictures, as soon as the media side has answered. `measured` is more recent, and
   * is used instead.
   */
  const noteDetails = (cameraId: string, streamId: string, measured: StreamDetails = {}): void => {
    void cameras.details(streamId).then((details) => note(cameraId, undefined, { ...details, ...measured }));
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
        const { cause, message, codec, isPasswordWithheld } = observation;
        note(
          cameraId,
          {
            type: 'failed',
            cause,
            message,
            ...(isPasswordWithheld === undefined ? {} : { isPasswordWithheld }),
          },
          codec === undefined ? {} : { codec },
        );
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

  const announce = async (): Promise<void> => {
    const { cameraIds, hasOnlineChanged } = await records.takeChanges();
    if (cameraIds.length > 0) healthChanged.notify(cameraIds.map(viewOf));
    if (hasOnlineChanged) cameraOnlineChanged.notify();
  };

  const setCameras = (): void => {
    schedule.setCameras(
      [...directory.cameras()].map((camera) => {
        const record = records.record(camera.id);
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

  const forgetRemoved = (): Promise<void> =>
    records.forgetRemoved((cameraId) => {
      const probe = probes.get(cameraId);
      if (probe !== undefined) cameras.endProbe(probe.streamId);
      probes.delete(cameraId);
    });

  return {
    async load() {
      await records.load();
      await forgetRemoved();
      setCameras();
    },
    start() {
      if (limits.maxRunning > 0) timers.push(setInterval(tick, probeTickMs).unref());
      timers.push(setInterval(() => void announce(), announceMs).unref());
    },
    read: () => [...directory.cameras()].map(({ id }) => viewOf(id)),
    of: (cameraIds) => new Map(cameraIds.map((id) => [id, viewOf(id)])),
    isOnline(cameraId) {
      const record = records.record(cameraId);
      return cameras.isOnline(cameraId) && (record === undefined || isShowable(record.condition.condition));
    },
    async poster(cameraId) {
      const running =
        (await cameras.keyPicture(`${cameraId}:sub`)) ?? (await cameras.keyPicture(`${cameraId}:main`));
      const kept = await posters.find(cameraId);
      if (running === undefined || kept === undefined) return running ?? kept;
      return kept.capturedAtMs > running.capturedAtMs ? kept : running;
    },
    offerPoster: records.offerPoster,
    setDeviceNotes: records.setDeviceNotes,
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
        conditions[records.record(id)?.condition.condition ?? 'unknown'] += 1;
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
      await records.save();
    },
  };
}

/** Only cameras that may recover by themselves are probed again soon. */
function outcomeOf(cause: StreamEndCause): ProbeOutcome {
  if (cause === 'unauthorized' || cause === 'unsupported' || cause === 'transcodeFailed') return 'refused';
  return cause === 'transcodeBudget' ? 'seen' : 'failed';
}

/** The host and port of a camera. */
function hostOf(url: string): string {
  try {
    return parseCameraUrl(url).host;
  } catch {
    return url;
  }
}
