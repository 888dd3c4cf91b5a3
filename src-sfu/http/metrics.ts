import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges read when somebody scrapes. */
export interface MetricsSources {
  surfaces(): number;
  mediaWorkers(): number;
  streamsByState(): Record<string, number>;
}

export interface Metrics {
  registry: Registry;
  requestDone(name: string, outcome: string, durationMs: number): void;
  workerDied(): void;
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
  };
}
