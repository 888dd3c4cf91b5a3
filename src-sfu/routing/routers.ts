/** OSRM and Valhalla as the port that orders declare: https://project-osrm.org/docs/ (v1), https://valhalla.github.io/valhalla/api/ */
import { z } from 'zod';
import { maxRoadPoints } from '../../src-shared/orders/orderWay.ts';
import type { Router } from '../features/orders/orders.ports.ts';
import { createRouterClient, RouterError, type RouterClient } from './routerClient.ts';

export const routerKinds = ['osrm', 'valhalla'] as const;

/** A road of more than a day or half the country is a fault of the router. */
const seconds = z.number().min(0).max(86_400);
const metres = z.number().min(0).max(5_000_000);
const place = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);

/** Makes the router of this kind at this address. */
export function createRouter(options: { kind: (typeof routerKinds)[number]; url: string }): Router {
  const client = createRouterClient({ url: options.url });
  return options.kind === 'osrm' ? osrm(client) : valhalla(client);
}

/** Six digits are a decimetre. */
const degrees = (value: number): string => value.toFixed(6);

const osrmRoute = z.object({
  code: z.literal('Ok'),
  routes: z
    .array(
      z.object({
        distance: metres,
        duration: seconds,
        geometry: z.object({ coordinates: z.array(place).min(2).max(100_000) }),
      }),
    )
    .min(1),
});
const osrmTable = z.object({
  code: z.literal('Ok'),
  durations: z.array(z.tuple([seconds.nullable()])),
  distances: z.array(z.tuple([metres.nullable()])),
});

function osrm(client: RouterClient): Router {
  return {
    async road(from, to, timeoutMs) {
      const places = [from, to].map(
        ({ latitude, longitude }) => `${degrees(longitude)},${degrees(latitude)}`,
      );
      const path = `route/v1/driving/${places.join(';')}?overview=simplified&geometries=geojson&steps=false`;
      const { routes } = parsed(osrmRoute, await client.ask(path, { timeoutMs }));
      const [{ distance, duration, geometry }] = routes as [(typeof routes)[number]];
      return {
        distanceM: distance,
        durationMs: duration * 1_000,
        line: withFewerPoints(geometry.coordinates),
      };
    },
    async times(from, to, timeoutMs) {
      const places = [...from, to].map(
        ({ latitude, longitude }) => `${degrees(longitude)},${degrees(latitude)}`,
      );
      const sources = from.map((_place, index) => index).join(';');
      const path = `table/v1/driving/${places.join(';')}?sources=${sources}&destinations=${from.length}&annotations=duration,distance`;
      const table = parsed(osrmTable, await client.ask(path, { timeoutMs }));
      return timesOf(
        from.length,
        table.durations.map(([duration], index) => [duration, table.distances[index]?.[0] ?? null]),
      );
    },
  };
}

const valhallaRoute = z.object({
  trip: z.object({
    summary: z.object({ length: z.number().min(0).max(5_000), time: seconds }),
    legs: z
      .array(z.object({ shape: z.string().max(500_000) }))
      .min(1)
      .max(10),
  }),
});
const valhallaTable = z.object({
  sources_to_targets: z.array(
    z.tuple([
      z.object({
        time: seconds.nullish(),
        distance: z.number().min(0).max(5_000).nullish(),
      }),
    ]),
  ),
});

function valhalla(client: RouterClient): Router {
  const locationOf = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({
    lat: latitude,
    lon: longitude,
  });
  return {
    async road(from, to, timeoutMs) {
      const body = {
        locations: [locationOf(from), locationOf(to)],
        costing: 'auto',
        units: 'kilometers',
        directions_type: 'none',
      };
      const { trip } = parsed(valhallaRoute, await client.ask('route', { body, timeoutMs }));
      const line = trip.legs.flatMap(({ shape }) => decodePolyline(shape));
      return {
        distanceM: trip.summary.length * 1_000,
        durationMs: trip.summary.time * 1_000,
        line: withFewerPoints(line),
      };
    },
    async times(from, to, timeoutMs) {
      const body = {
        sources: from.map(locationOf),
        targets: [locationOf(to)],
        costing: 'auto',
        units: 'kilometers',
      };
      const table = parsed(valhallaTable, await client.ask('sources_to_targets', { body, timeoutMs }));
      return timesOf(
        from.length,
        table.sources_to_targets.map(([{ time, distance }]) => [
          time ?? null,
          distance == null ? null : distance * 1_000,
        ]),
      );
    },
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const result = schema.safeParse(answer);
  if (!result.success) throw new RouterError('the answer of the router is not as it must be');
  return result.data;
}

/** One time for each place; a place without a road has none. */
function timesOf(
  count: number,
  rows: readonly (readonly [duration: number | null, distance: number | null])[],
): ReturnType<Router['times']> extends Promise<infer Times> ? Times : never {
  if (rows.length !== count) throw new RouterError('the router answered about other places');
  return rows.map(([duration, distance]) =>
    duration === null || distance === null
      ? undefined
      : { durationMs: duration * 1_000, distanceM: distance },
  );
}

/** Evenly chosen points, with the first and the last. */
export function withFewerPoints(line: readonly (readonly [number, number])[]): [number, number][] {
  const step = Math.max(1, (line.length - 1) / (maxRoadPoints - 1));
  const count = Math.min(line.length, maxRoadPoints);
  return Array.from({ length: count }, (_unused, index) => {
    const [east, north] = line[Math.min(line.length - 1, Math.round(index * step))]!;
    return [east, north];
  });
}

/** Valhalla's shape: an encoded polyline with six digits, latitude first. */
export function decodePolyline(shape: string): [longitude: number, latitude: number][] {
  const line: [number, number][] = [];
  let [index, latitude, longitude] = [0, 0, 0];
  const next = (): number => {
    let [value, shift] = [0, 0];
    for (;;) {
      const code = shape.charCodeAt(index) - 63;
      if (!(code >= 0 && code < 64) || shift > 30)
        throw new RouterError('the line of the road cannot be read');
      index += 1;
      value |= (code & 31) << shift;
      shift += 5;
      if (code < 32) return value & 1 ? ~(value >> 1) : value >> 1;
    }
  };
  while (index < shape.length) {
    latitude += next();
    longitude += next();
    const [east, north] = [longitude / 1e6, latitude / 1e6];
    if (Math.abs(east) > 180 || Math.abs(north) > 90) throw new RouterError('the road leads off the earth');
    line.push([east, north]);
  }
  if (line.length < 2) throw new RouterError('the road has no line');
  return line;
}
