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
  /**
   * Asks the camera to remember its view under the lowest number that is free here and at the camera. A camera that does not say which numbers
   * it uses is sent none but `number`, which a person chose: another view that it has there is replaced.
   */
  save(
    cameraId: string,
    head: TurnHead,
    wanted: { name: string; number?: number | undefined },
    actor: string,
  ): Promise<Ack<{ preset: Preset }>>;
  /**
   * Takes up a view that the camera already has, under the lowest free number, which `give` makes known to the camera's head. False where
   * no number is free, or while a view is being saved.
   */
  takeUp(cameraId: string, name: string, give: (number: number) => Promise<void>): Promise<boolean>;
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

/** Installers set numbers at the recorder itself: after so long it is asked again. Milliseconds. */
const foreignMs = 5 * 60_000;

export function createPresets(options: {
  repository: Pick<TurningRepository, 'presets' | 'savePreset' | 'takeUpPreset' | 'deletePreset' | 'wentTo'>;
  /** The address by which a camera is turned: at another one it has other numbers. */
  urlOf(cameraId: string): string | undefined;
  nowMs(): number;
}): Presets {
  const { repository, urlOf, nowMs } = options;
  const kept = new Map<string, Map<number, string>>();
  /** Numbers that cameras use by themselves, as they said it in whole. */
  const foreign = new Map<string, { url: string | undefined; atMs: number; numbers: ReadonlySet<number> }>();
  /** Numbers that a camera is being asked about. */
  const pending = new Set<string>();
  const ofCamera = (cameraId: string): Map<number, string> => {
    const known = kept.get(cameraId) ?? new Map<number, string>();
    kept.set(cameraId, known);
    return known;
  };
  const foreignOf = (cameraId: string): ReadonlySet<number> => {
    const known = foreign.get(cameraId);
    return known !== undefined && known.url === urlOf(cameraId) ? known.numbers : new Set();
  };
  /** False where the camera did not say in whole which numbers it uses: whatever is saved could replace one of them. */
  const askForeign = async (cameraId: string, head: TurnHead): Promise<boolean> => {
    if (head.usedPresets === undefined) return true;
    const url = urlOf(cameraId);
    const known = foreign.get(cameraId);
    if (known !== undefined && known.url === url && nowMs() - known.atMs < foreignMs) return true;
    const used = await head.usedPresets();
    if (used === undefined) return false;
    const numbers = [...used].filter((number) => number >= 1 && number <= maxPresets);
    // A camera that lists every number lists them whether or not they are set.
    const isEmpty = numbers.length >= maxPresets;
    const others = isEmpty ? [] : numbers.filter((number) => !ofCamera(cameraId).has(number));
    foreign.set(cameraId, { url, atMs: nowMs(), numbers: new Set(others) });
    return true;
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
    foreignTo: (cameraId) => [...foreignOf(cameraId)].sort((one, other) => one - other),
    async save(cameraId, head, { name, number: chosen }, actor) {
      if (!(await askForeign(cameraId, head)) && chosen === undefined) return numbersUnknown();
      const own = ofCamera(cameraId);
      const isTaken = (one: number): boolean =>
        own.has(one) || foreignOf(cameraId).has(one) || pending.has(`${cameraId} ${one}`);
      if (chosen !== undefined && isTaken(chosen)) return numberTaken(chosen);
      let number = chosen ?? 1;
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
    async takeUp(cameraId, name, give) {
      const own = ofCamera(cameraId);
      if ([...pending].some((key) => key.startsWith(`${cameraId} `))) return false;
      let number = 1;
      while (own.has(number)) number += 1;
      if (number > maxPresets) return false;
      const key = `${cameraId} ${number}`;
      pending.add(key);
      try {
        // Its name first: a number that the camera knows and nobody sees would be saved over.
        await repository.takeUpPreset(cameraId, { number, name }, nowMs());
        await give(number);
        own.set(number, name);
        return true;
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

function numbersUnknown(): Ack<never> {
  return refuse(
    'unavailable',
    'The recorder did not say which preset numbers it uses. Try again, or choose a number.',
    { reason: 'turning.preset_numbers_unknown' },
  );
}

function numberTaken(number: number): Ack<never> {
  return refuse('conflict', `The number ${number} is used for another preset. Choose another one.`, {
    reason: 'turning.preset_number_taken',
    number,
  });
}
