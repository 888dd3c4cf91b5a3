import { collectDefaultMetrics, Counter, Gauge as PromGauge, Histogram, Registry } from 'prom-client';
import type { Gauge } from '../base/gauge.ts';

/** How many surfaces are connected. */
export function surfacesGauge(read: () => number): Gauge {
  return { name: 'mingchu_surfaces', help: 'Connected surfaces', read };
}

export interface Metrics {
  registry: Registry;
  requestDone(name: string, outcome: string, durationMs: number): void;
}

/** The hub's figures in Prometheus' text form, beside Node's own. */
export function createMetrics(gauges: readonly Gauge[]): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'mingchu_' });
  const registers = [registry];
  for (const gauge of gauges) register(gauge, registers);
  const requestSeconds = new Histogram({
    name: 'mingchu_request_seconds',
    help: 'Time to answer a request of a surface',
    labelNames: ['request', 'outcome'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  });
  return {
    registry,
    requestDone: (request, outcome, durationMs) =>
      requestSeconds.observe({ request, outcome }, durationMs / 1000),
  };
}

function register({ name, help, type = 'gauge', label, read }: Gauge, registers: Registry[]): void {
  const labelNames = label === undefined ? [] : [label];
  const values = (): [Record<string, string>, number][] => {
    const value = read();
    if (typeof value === 'number') return [[{}, value]];
    return Object.entries(value).map(([key, one]) => [label === undefined ? {} : { [label]: key }, one]);
  };
  if (type === 'counter') {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of values()) this.inc(labels, value);
      },
    });
    return;
  }
  new PromGauge({
    name,
    help,
    labelNames,
    registers,
    collect() {
      for (const [labels, value] of values()) this.set(labels, value);
    },
  });
}
