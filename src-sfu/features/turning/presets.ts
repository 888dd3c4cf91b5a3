import { ok, type Ack } from '../../../src-shared/protocol/define.ts';
import { maxPresets, type Preset } from '../../../src-shared/turning/turning.protocol.ts';
import { MissedViews } from './missedViews.ts';
import { gone, missing, notReached, numbersUnknown, numberTaken, presetsFull } from './presetRefusals.ts';
import type { OwnView, OwnViews, TurnHead } from './turning.ports.ts';
import type { StoredPreset, TurningRepository } from './turning.repository.ts';

/** Views that cameras remember under a number; the hub keeps their names. */
export interface Presets {
  load(): Promise<void>;
  /** What lists of cameras had not. */
  missed: MissedViews;
  /** Those that the camera has at its present address. */
  of(cameraId: string): Preset[];
  /** Views that the camera has at its present address by itself, and that somebody took from the list. */
  unlistedOf(cameraId: string): Preset[];
  /** Those that the camera has at its present address by itself, listed or taken from the list. */
  ownNumbersOf(cameraId: string): number[];
  /** The name by which a view is listed that the camera had by itself; undefined for every other one. */
  ownNameOf(cameraId: string, number: number): string | undefined;
  /** Whether a number is named here at the camera's present address, or was taken from its list. */
  has(cameraId: string, number: number): boolean;
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
   * Takes up a view that the camera already has: under the number that it has there, else under that of a view of this name which the camera
   * had at another address, else under the lowest free one. False where no number is free or `most` are used at this address, or while
   * a view is being saved. `url`: the address at which it was listed.
   */
  takeUp(
    cameraId: string,
    view: OwnView & { url: string | undefined; most: number },
    views: Pick<OwnViews, 'hasNumber' | 'giveNumber'>,
  ): Promise<boolean>;
  /** Forgets a view that the camera had by itself and has no more. False where it did not have it by itself, or while a view is being saved. */
  forget(cameraId: string, number: number, views: Pick<OwnViews, 'dropNumber'>): Promise<boolean>;
  /** Lists a view again that was taken from the list. */
  relist(cameraId: string, number: number, actor: string): Promise<Ack<Record<string, never>>>;
  /**
   * Where the camera does not do it and says for the second time that it has no such view any more, the answer is `turning.preset_gone`. A view
   * that it never had, such as one that was saved at another device, is `turning.no_such_preset`.
   */
  goTo(
    cameraId: string,
    head: TurnHead,
    number: number,
    by: { actor: string; principal: object | null },
  ): Promise<Ack<Record<string, never>>>;
  /** Deletes a view that was saved here also in the camera; one that the camera had by itself is only not listed any more. */
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
  repository: Pick<
    TurningRepository,
    | 'presets'
    | 'savePreset'
    | 'takeUpPreset'
    | 'hidePreset'
    | 'relistPreset'
    | 'dropPreset'
    | 'deletePreset'
    | 'wentTo'
  >;
  /** The address by which a camera is turned: at another one it has other numbers. */
  urlOf(cameraId: string): string | undefined;
  nowMs(): number;
}): Presets {
  const { repository, urlOf, nowMs } = options;
  const kept = new Map<string, Map<number, Kept>>();
  const missed = new MissedViews();
  /** Numbers that cameras use by themselves, as they said it in whole. */
  const foreign = new Map<string, { url: string | undefined; atMs: number; numbers: ReadonlySet<number> }>();
  /** Numbers that a camera is being asked about. */
  const pending = new Set<string>();
  const ofCamera = (cameraId: string): Map<number, Kept> => {
    const known = kept.get(cameraId) ?? new Map<number, Kept>();
    kept.set(cameraId, known);
    return known;
  };
  /** Also one that was taken from the list. A view of an installer is the camera's at the address alone at which it was found. */
  const presentOf = (cameraId: string, number: number): Kept | undefined => {
    const one = kept.get(cameraId)?.get(number);
    return one?.origin === undefined || one.url === urlOf(cameraId) ? one : undefined;
  };
  const listedOf = (cameraId: string, number: number): Kept | undefined => {
    const one = presentOf(cameraId, number);
    return one?.origin === 'hidden' ? undefined : one;
  };
  const has = (cameraId: string, number: number): boolean => presentOf(cameraId, number) !== undefined;
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
    const others = isEmpty ? [] : numbers.filter((number) => !has(cameraId, number));
    foreign.set(cameraId, { url, atMs: nowMs(), numbers: new Set(others) });
    return true;
  };
  const isBusy = (cameraId: string): boolean => [...pending].some((key) => key.startsWith(`${cameraId} `));
  /** The presets of a camera that are of a kind, by their numbers. */
  const those = (cameraId: string, isMeant: (one: Kept) => boolean): Preset[] =>
    [...(kept.get(cameraId)?.keys() ?? [])]
      .flatMap((number) => {
        const one = presentOf(cameraId, number);
        return one !== undefined && isMeant(one) ? { number, name: one.name } : [];
      })
      .sort((one, other) => one.number - other.number);
  const forget: Presets['forget'] = async (cameraId, number, views) => {
    const one = presentOf(cameraId, number);
    if (one?.origin === undefined || isBusy(cameraId)) return false;
    const key = `${cameraId} ${number}`;
    pending.add(key);
    try {
      // The device's word first: a number without a name would be given to no other view.
      await views.dropNumber(number);
      await repository.dropPreset(cameraId, { number, name: one.name }, nowMs());
      kept.get(cameraId)?.delete(number);
      return true;
    } finally {
      pending.delete(key);
    }
  };
  return {
    missed,
    async load() {
      for (const { cameraId, number, ...one } of await repository.presets())
        ofCamera(cameraId).set(number, one);
    },
    of: (cameraId) => those(cameraId, ({ origin }) => origin !== 'hidden'),
    unlistedOf: (cameraId) => those(cameraId, ({ origin }) => origin === 'hidden'),
    ownNumbersOf: (cameraId) =>
      those(cameraId, ({ origin }) => origin !== undefined).map(({ number }) => number),
    ownNameOf(cameraId, number) {
      const one = presentOf(cameraId, number);
      return one?.origin === 'taken_up' ? one.name : undefined;
    },
    has,
    foreignTo: (cameraId) => [...foreignOf(cameraId)].sort((one, other) => one - other),
    async save(cameraId, head, { name, number: chosen }, actor) {
      if (!(await askForeign(cameraId, head)) && chosen === undefined) return numbersUnknown();
      const own = ofCamera(cameraId);
      const isTaken = (one: number): boolean =>
        has(cameraId, one) ||
        foreignOf(cameraId).has(one) ||
        // A view that the device had, or was given, as another camera would be replaced.
        head.ownViews?.hasNumber(one) === true ||
        pending.has(`${cameraId} ${one}`);
      if (chosen !== undefined && isTaken(chosen)) return numberTaken(chosen);
      // A number of a view at another address is taken last: the camera may get that address back.
      const number = chosen ?? lowest((one) => own.has(one) || isTaken(one)) ?? lowest((one) => isTaken(one));
      if (number === undefined) return presetsFull();
      const key = `${cameraId} ${number}`;
      const url = urlOf(cameraId);
      pending.add(key);
      try {
        if (!(await head.setPreset(number))) return notReached();
        const preset = { number, name };
        await repository.savePreset(cameraId, preset, actor, nowMs(), url);
        own.set(number, keptAt(name, url));
        missed.forget(cameraId, number);
        return ok({ preset });
      } finally {
        pending.delete(key);
      }
    },
    async takeUp(cameraId, { token, name, number: known, url, most }, views) {
      const own = ofCamera(cameraId);
      if (isBusy(cameraId)) return false;
      // Deleted since it was listed.
      if (known !== undefined && !views.hasNumber(known)) return false;
      const isTaken = (one: number): boolean => has(cameraId, one) || views.hasNumber(one);
      const before = [...own].find(
        ([one, { origin, name: its }]) => origin === 'taken_up' && its === name && !views.hasNumber(one),
      )?.[0];
      const number =
        known ?? before ?? lowest((one) => own.has(one) || isTaken(one)) ?? lowest((one) => isTaken(one));
      if (number === undefined) return false;
      const used = [...own.keys()].filter((one) => has(cameraId, one));
      if (used.length >= most && !used.includes(number)) return false;
      const key = `${cameraId} ${number}`;
      pending.add(key);
      try {
        // Its name first: a number that the camera knows and nobody sees would be saved over.
        await repository.takeUpPreset(cameraId, { number, name }, nowMs(), url);
        if (known === undefined) await views.giveNumber(number, token);
        own.set(number, { ...keptAt(name, url), origin: 'taken_up' });
        missed.forget(cameraId, number);
        return true;
      } finally {
        pending.delete(key);
      }
    },
    forget,
    async relist(cameraId, number, actor) {
      const one = presentOf(cameraId, number);
      if (one?.origin !== 'hidden') return missing();
      await repository.relistPreset(cameraId, { number, name: one.name }, actor, nowMs());
      // The camera may have said meanwhile that it has it no more.
      if (presentOf(cameraId, number) !== one) return missing();
      ofCamera(cameraId).set(number, { ...one, origin: 'taken_up' });
      return ok({});
    },
    async goTo(cameraId, head, number, by) {
      const name = listedOf(cameraId, number)?.name;
      if (name === undefined) return missing();
      // Written before, as a hold is: also a camera that does not confirm it may turn.
      await repository.wentTo(cameraId, { number, name }, by, nowMs());
      if (await head.goToPreset(number)) return ok({});
      const { ownViews } = head;
      if (ownViews?.hasNumber(number) === false) return missing();
      const listed = await ownViews?.list();
      if (ownViews === undefined || listed === undefined) return notReached();
      if (!missed.listed(cameraId, urlOf(cameraId), listed, [number]).includes(number)) return notReached();
      await forget(cameraId, number, ownViews);
      return gone(name);
    },
    async remove(cameraId, head, number, actor) {
      const one = listedOf(cameraId, number);
      if (one === undefined) return missing();
      const { name } = one;
      if (one.origin === 'taken_up') {
        await repository.hidePreset(cameraId, { number, name }, actor, nowMs());
        ofCamera(cameraId).set(number, { ...one, origin: 'hidden' });
        return ok({});
      }
      // Saved at another address: the view that the device has under this number is another one.
      const isElsewhere = head.ownViews !== undefined && one.url !== undefined && one.url !== urlOf(cameraId);
      if (!isElsewhere && !(await head.deletePreset(number))) return notReached();
      await repository.deletePreset(cameraId, { number, name }, actor, nowMs());
      kept.get(cameraId)?.delete(number);
      return ok({});
    },
  };
}

type Kept = Omit<StoredPreset, 'cameraId' | 'number'>;

function keptAt(name: string, url: string | undefined): Kept {
  return { name, ...(url === undefined ? {} : { url }) };
}

/** The lowest number of presets that is not taken; undefined where every one is. */
function lowest(isTaken: (number: number) => boolean): number | undefined {
  return Array.from({ length: maxPresets }, (_, index) => index + 1).find((number) => !isTaken(number));
}
