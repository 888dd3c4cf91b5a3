import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges read when somebody scrapes. */
export interface MetricsSources {
  surfaces(): number;
  mediaWorkers(): number;
  streamsByState(): Record<string, number>;
  camerasByCondition(): Record<string, number>;
  /** Undefined while a camera was never looked at. */
  oldestLookAgeMs(): number | undefined;
}

export interface Metrics {
  registry: Registry;
  requestDone(name: string, outcome: string, durationMs: number): void;
  workerDied(): void;
  /** A look at a camera is over. */
  lookDone(outcome: string): void;
}

/** The hub's figures in Prometheus' text form, beside Node's own. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'mingchu_' });
  const registers = [registry];
  new Gauge({
    name: 'mingchu_surfaces',
    help: 'Connected surfaces',
    registers,
    collect() {
      this.set(sources.surfaces());
    },
  });
  new Gauge({
    name: 'mingchu_media_workers',
    help: 'Running media workers',
    registers,
    collect() {
      this.set(sources.mediaWorkers());
    },
  });
  new Gauge({
    name: 'mingchu_camera_streams',
    help: 'Camera streams by state',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(sources.streamsByState())) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'mingchu_cameras',
    help: 'Cameras by condition',
    labelNames: ['condition'],
    registers,
    collect() {
      for (const [condition, count] of Object.entries(sources.camerasByCondition())) {
        this.set({ condition }, count);
      }
    },
  });
  new Gauge({
    name: 'mingchu_camera_oldest_look_seconds',
    help: 'Time since the camera seen longest ago was seen; NaN while one was never seen',
    registers,
    collect() {
      this.set((sources.oldestLookAgeMs() ?? Number.NaN) / 1000);
    },
  });
  const looks = new Counter({
    name: 'mingchu_camera_looks_total',
    help: 'Looks of the hub at cameras by what they came to; its rate is the looks per second',
    labelNames: ['outcome'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'mingchu_request_seconds',
    help: 'Time to answer a request of a surface',
    labelNames: ['request', 'outcome'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  });
  const workerDeaths = new Counter({
    name: 'mingchu_media_worker_deaths_total',
    help: 'Media workers that died and were replaced',
    registers,
  });
  return {
    registry,
    requestDone: (request, outcome, durationMs) =>
      requestSeconds.observe({ request, outcome }, durationMs / 1000),
    workerDied: () => workerDeaths.inc(),
    lookDone: (outcome) => looks.inc({ outcome }),
  };
}
