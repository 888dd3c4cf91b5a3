import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { maxPresets, type Preset } from '../../../src-shared/turning/turning.protocol.ts';
import type { TurnHead } from './turning.ports.ts';
import type { TurningRepository } from './turning.repository.ts';

/** Views that cameras remember under a number; the hub keeps their names. */
export interface Presets {
  load(): Promise<void>;
  of(cameraId: string): Preset[];
  /** Numbers that the camera uses itself, as far as it was asked. */
  foreignTo(cameraId: string): number[];
  /** Asks the camera to remember its view under the lowest number that is free here and at the camera. */
  save(cameraId: string, head: TurnHead, name: string, actor: string): Promise<Ack<{ preset: Preset }>>;
  goTo(
    cameraId: string,
    head: TurnHead,
    number: number,
    by: { actor: string; principal: object | null },
  ): Promise<Ack<Record<string, never>>>;
  remove(
    cameraId: string,
    head: TurnHead,
    number: number,
    actor: string,
  ): Promise<Ack<Record<string, never>>>;
}

export function createPresets(options: {
  repository: Pick<TurningRepository, 'presets' | 'savePreset' | 'deletePreset' | 'wentTo'>;
  nowMs(): number;
}): Presets {
  const { repository, nowMs } = options;
  const kept = new Map<string, Map<number, string>>();
  /** Numbers that cameras use by themselves: asked once, before the first view is saved. */
  const foreign = new Map<string, ReadonlySet<number>>();
  /** Numbers that a camera is being asked about. */
  const pending = new Set<string>();
  const ofCamera = (cameraId: string): Map<number, string> => {
    const known = kept.get(cameraId) ?? new Map<number, string>();
    kept.set(cameraId, known);
    return known;
  };
  const askForeign = async (cameraId: string, head: TurnHead): Promise<void> => {
    if (foreign.has(cameraId) || head.usedPresets === undefined) return;
    const used = (await head.usedPresets()) ?? new Set<number>();
    const numbers = [...used].filter((number) => number >= 1 && number <= maxPresets);
    // A camera that lists every number lists them whether or not they are set.
    const isEmpty = numbers.length >= maxPresets;
    foreign.set(
      cameraId,
      new Set(isEmpty ? [] : numbers.filter((number) => !ofCamera(cameraId).has(number))),
    );
  };
  const missing = (): Ack<never> =>
    refuse('not_found', 'This camera has no such preset.', { reason: 'turning.no_such_preset' });
  return {
    async load() {
      for (const { cameraId, number, name } of await repository.presets())
        ofCamera(cameraId).set(number, name);
    },
    of: (cameraId) =>
      [...(kept.get(cameraId) ?? [])]
        .map(([number, name]) => ({ number, name }))
        .sort((one, other) => one.number - other.number),
    foreignTo: (cameraId) => [...(foreign.get(cameraId) ?? [])].sort((one, other) => one - other),
    async save(cameraId, head, name, actor) {
      await askForeign(cameraId, head);
      const own = ofCamera(cameraId);
      const isTaken = (one: number): boolean =>
        own.has(one) || foreign.get(cameraId)?.has(one) === true || pending.has(`${cameraId} ${one}`);
      let number = 1;
      while (isTaken(number)) number += 1;
      if (number > maxPresets)
        return refuse('too_many', `A camera has at most ${maxPresets} presets. Delete one first.`, {
          reason: 'turning.presets_full',
          limit: maxPresets,
        });
      const key = `${cameraId} ${number}`;
      pending.add(key);
      try {
        if (!(await head.setPreset(number))) return notReached();
        const preset = { number, name };
        await repository.savePreset(cameraId, preset, actor, nowMs());
        own.set(number, name);
        return ok({ preset });
      } finally {
        pending.delete(key);
      }
    },
    async goTo(cameraId, head, number, by) {
      const name = kept.get(cameraId)?.get(number);
      if (name === undefined) return missing();
      // Written before, as a hold is: also a camera that does not confirm it may turn.
      await repository.wentTo(cameraId, { number, name }, by, nowMs());
      return (await head.goToPreset(number)) ? ok({}) : notReached();
    },
    async remove(cameraId, head, number, actor) {
      const name = kept.get(cameraId)?.get(number);
      if (name === undefined) return missing();
      if (!(await head.deletePreset(number))) return notReached();
      await repository.deletePreset(cameraId, { number, name }, actor, nowMs());
      kept.get(cameraId)?.delete(number);
      return ok({});
    },
  };
}

function notReached(): Ack<never> {
  return refuse(
    'unavailable',
    'The device did not confirm the command. Check whether the recorder or camera is online.',
    {
      reason: 'turning.not_reached',
    },
  );
}
