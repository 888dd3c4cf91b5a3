import type { CascadeRepository, GivenId } from './cascade.repository.ts';

/** GB/T 28181, annex D: 132 is a network camera, 216 a folder. */
const types = { camera: '132', district: '216' } as const;
const mostSerials = 999_999;

/** The ids by which upper platforms know cameras and districts: given once, and never to anything else. */
export interface GivenIds {
  idOf(kind: GivenId['kind'], subject: string): string | undefined;
  cameraOf(gbId: string): string | undefined;
  /** Resolves when all of these have an id that is kept. */
  give(wanted: readonly Pick<GivenId, 'kind' | 'subject'>[]): Promise<void>;
}

/** `prefix`: eight digits of the place and two of the trade, with which the ids that are given now begin. */
export async function createGivenIds(
  repository: Pick<CascadeRepository, 'ids' | 'addIds'>,
  prefix: () => string,
): Promise<GivenIds> {
  const bySubject = new Map<string, string>();
  const cameras = new Map<string, string>();
  const highest = { camera: 0, district: 0 };
  const keyOf = (kind: GivenId['kind'], subject: string): string => `${kind} ${subject}`;
  const take = ({ kind, subject, gbId }: GivenId): void => {
    bySubject.set(keyOf(kind, subject), gbId);
    if (kind === 'camera') cameras.set(gbId, subject);
    highest[kind] = Math.max(highest[kind], Number(gbId.slice(14)));
  };
  for (const given of await repository.ids()) take(given);
  return {
    idOf: (kind, subject) => bySubject.get(keyOf(kind, subject)),
    cameraOf: (gbId) => cameras.get(gbId),
    async give(wanted) {
      const made: GivenId[] = [];
      const serials = { ...highest };
      const seen = new Set<string>();
      for (const { kind, subject } of wanted) {
        const key = keyOf(kind, subject);
        if (bySubject.has(key) || seen.has(key) || serials[kind] >= mostSerials) continue;
        seen.add(key);
        serials[kind] += 1;
        const gbId = `${prefix()}${types[kind]}0${String(serials[kind]).padStart(6, '0')}`;
        made.push({ kind, subject, gbId });
      }
      if (made.length === 0) return;
      await repository.addIds(made);
      for (const given of made) take(given);
    },
  };
}
