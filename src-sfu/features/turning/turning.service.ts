import { setTimeout as delay } from 'node:timers/promises';
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { atRest, motionSchema, type Motion } from '../../../src-shared/turning/motion.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Preset, Turning } from '../../../src-shared/turning/turning.protocol.ts';
import type { TurnEvent, TurnHolder } from '../../../src-shared/turning/turningMachine.ts';
import type { Logger } from '../../logger.ts';
import { createLearnedPresets } from './learnedPresets.ts';
import { createPresets } from './presets.ts';
import { TurnedCamera } from './turnedCamera.ts';
import type { TurnedCameras, TurnHead, TurnHeads } from './turning.ports.ts';
import type { StoredHold, TurningRepository } from './turning.repository.ts';

/** A desk that turns a camera, and who sits there. */
export interface Turner extends TurnHolder {
  principal: object | null;
}

export interface TurningService {
  read(cameraId: string): Omit<OutputOf<'turning:read'>, 'holderId'>;
  move(turner: Turner, cameraId: string, moveId: number, motion: Motion): Promise<Ack<Record<string, never>>>;
  keepMoving(turner: Turner, cameraId: string, moveId: number): Promise<Ack<Record<string, never>>>;
  stop(turner: Turner, cameraId: string, moveId: number): Promise<Ack<Record<string, never>>>;
  takeOver(turner: Turner, cameraId: string): Promise<Ack<Record<string, never>>>;
  goToPreset(turner: Turner, cameraId: string, number: number): Promise<Ack<Record<string, never>>>;
  /** `number`: where the camera does not say which numbers it uses, the one that a person chose. */
  savePreset(
    turner: Turner,
    cameraId: string,
    name: string,
    number?: number,
  ): Promise<Ack<{ preset: Preset }>>;
  deletePreset(turner: Turner, cameraId: string, number: number): Promise<Ack<Record<string, never>>>;
  /** Lists a view of the camera's own again that somebody took from the list. */
  relistPreset(turner: Turner, cameraId: string, number: number): Promise<Ack<Record<string, never>>>;
  /** Asks a camera for the views that it has already; desks are notified of those that are found. */
  learnPresets(cameraId: string): void;
  /** The desk is gone: whatever it moved stops. */
  left(holderId: string): void;
  /** Whether a camera's view was moved within a time: pictures of before and after may show two places. Unix milliseconds. */
  turnedBetween(cameraId: string, fromMs: number, toMs: number): Promise<boolean>;
  /** Somebody else has the camera, or its presets changed. */
  onChanged(listener: (turning: Omit<Turning, 'cannotTurn'>) => void): void;
  /** Stops what an earlier run of the hub left moving. */
  start(): void;
  /** Moves that ended since the start, by why. */
  counts(): Record<string, number>;
  close(): Promise<void>;
}

/** A camera that did not confirm its stop is sent it again after this time. Milliseconds. */
const stopAgainMs = 2_000;
/** After this time nobody waits for it any more, until the hub starts again. Milliseconds. */
const giveUpMs = 10 * 60_000;
/** The end of the hub waits so long for cameras that are being stopped. Milliseconds. */
const closeLimitMs = 1_000;

interface OwedStop {
  ending: AbortController;
  timer: NodeJS.Timeout | undefined;
}

/** Turns cameras for desks: one desk at a time, and every move ends. */
export async function createTurningService(options: {
  repository: TurningRepository;
  heads: TurnHeads;
  cameras: TurnedCameras;
  logger: Logger;
  nowMs(): number;
}): Promise<TurningService> {
  const { repository, heads, cameras, logger, nowMs } = options;
  const turned = new Map<string, TurnedCamera>();
  const principals = new Map<string, object | null>();
  /** Cameras that are sent `stop` until they confirm it. */
  const owed = new Map<string, OwedStop>();
  const counts: Record<string, number> = {};
  const changed = createListeners<[Omit<Turning, 'cannotTurn'>]>();
  const urlOf = (cameraId: string): string | undefined => cameras.camera(cameraId)?.urls.main;
  const presets = createPresets({ repository, urlOf, nowMs });
  const learned = createLearnedPresets({ presets, urlOf, nowMs });
  let left: StoredHold[] = await repository.holds();
  let isClosed = false;
  await presets.load();
  const keep = (work: Promise<void>): void => {
    work.catch((error: unknown) => logger.error({ err: error }, 'a move of a camera could not be recorded'));
  };
  const presetsOf = (
    cameraId: string,
  ): Pick<Turning, 'cameraId' | 'presets' | 'foreignPresets' | 'unlistedPresets'> => {
    const unlisted = presets.unlistedOf(cameraId);
    return {
      cameraId,
      presets: presets.of(cameraId),
      foreignPresets: presets.foreignTo(cameraId),
      ...(unlisted.length === 0 ? {} : { unlistedPresets: unlisted }),
    };
  };
  const say = (cameraId: string): void => {
    const holder = turned.get(cameraId)?.holder;
    changed.notify({
      ...presetsOf(cameraId),
      ...(holder === undefined ? {} : { holder: shownHolder(holder) }),
    });
  };
  /** Sends `stop` until it is confirmed, unless a desk takes the camera. */
  const stopUntilHeard = (cameraId: string, url: string, sinceMs = nowMs()): void => {
    const own: OwedStop = { ending: new AbortController(), timer: undefined };
    owed.set(cameraId, own);
    void (async (): Promise<void> => {
      const isStopped = (await heads.headOf(url)?.stop(own.ending.signal)) ?? false;
      if (isClosed || owed.get(cameraId) !== own) return;
      if (isStopped) {
        owed.delete(cameraId);
        if (turned.get(cameraId)?.holder === undefined) keep(repository.free(cameraId));
      } else if (nowMs() - sinceMs < giveUpMs)
        own.timer = setTimeout(() => stopUntilHeard(cameraId, url, sinceMs), stopAgainMs).unref();
      else logger.warn({ cameraId }, 'a camera that was being turned did not confirm that it stopped');
    })();
  };
  const noLongerOwed = (cameraId: string): void => {
    const own = owed.get(cameraId);
    clearTimeout(own?.timer);
    own?.ending.abort();
    owed.delete(cameraId);
  };
  const cameraOf = (cameraId: string, url: string, head: TurnHead): TurnedCamera => {
    const known = turned.get(cameraId);
    if (known !== undefined) return known;
    const made: TurnedCamera = new TurnedCamera({
      head,
      nowMs,
      onHeld({ holderId, name }) {
        noLongerOwed(cameraId);
        const principal = principals.get(holderId) ?? null;
        return repository.hold({ cameraId, url, heldBy: name, principal });
      },
      onMoves: (startedAtMs, motion) => keep(repository.moves(cameraId, startedAtMs, motion)),
      onEnded(move) {
        counts[move.end] = (counts[move.end] ?? 0) + 1;
        keep(repository.moved(cameraId, move, principals.get(move.holder.holderId) ?? null));
      },
      onHolderChanged: () => say(cameraId),
      onFree(isStopped) {
        turned.delete(cameraId);
        if (isStopped) keep(repository.free(cameraId));
        else if (!isClosed) stopUntilHeard(cameraId, url);
      },
    });
    turned.set(cameraId, made);
    return made;
  };
  /** What a desk may do with a camera, or why not. */
  const within = async <Data extends object>(
    turner: Turner,
    cameraId: string,
    work: (camera: TurnedCamera, head: TurnHead) => Promise<Ack<Data>>,
  ): Promise<Ack<Data>> => {
    const url = cameras.camera(cameraId)?.urls.main;
    const head = url === undefined ? undefined : heads.headOf(url);
    if (url === undefined || head === undefined)
      return refuse('unsupported', 'This camera cannot be turned.', { reason: 'turning.cannot_turn' });
    principals.set(turner.holderId, turner.principal);
    return work(cameraOf(cameraId, url, head), head);
  };
  const put = async (camera: TurnedCamera, event: TurnEvent): Promise<Ack<Record<string, never>>> => {
    const verdict = await camera.put(event);
    if (verdict === 'done') return ok({});
    if (verdict === 'late') return refuse('conflict', 'This move is over.', { reason: 'turning.move_over' });
    const by = camera.holder?.name ?? '';
    return refuse('conflict', `The camera is being turned by ${by}.`, { reason: 'turning.held', by });
  };
  const used = async <Data extends object>(
    turner: Turner,
    cameraId: string,
    work: (head: TurnHead) => Promise<Ack<Data>>,
  ): Promise<Ack<Data>> =>
    within(turner, cameraId, async (camera, head) => {
      const held = await put(camera, { type: 'use', holder: turner });
      return held.ok ? work(head) : held;
    });

  return {
    read(cameraId) {
      const holder = turned.get(cameraId)?.holder;
      const url = cameras.camera(cameraId)?.urls.main ?? '';
      const cannotTurn = heads.whyNot(url);
      const hasNoFocus = cannotTurn === undefined && heads.headOf(url)?.hasNoFocus === true;
      return {
        ...presetsOf(cameraId),
        ...(cannotTurn === undefined ? {} : { cannotTurn }),
        ...(hasNoFocus ? { hasNoFocus: true as const } : {}),
        ...(holder === undefined ? {} : { holder: shownHolder(holder) }),
      };
    },
    move: (turner, cameraId, moveId, motion) =>
      within(turner, cameraId, (camera) => put(camera, { type: 'move', holder: turner, moveId, motion })),
    keepMoving: (turner, cameraId, moveId) =>
      within(turner, cameraId, (camera) => put(camera, { type: 'keepMoving', holder: turner, moveId })),
    async stop(turner, cameraId, moveId) {
      // A stop reaches a camera also after the registry gave it another address.
      const camera = turned.get(cameraId);
      if (camera !== undefined) await camera.put({ type: 'stop', holder: turner, moveId });
      return ok({});
    },
    takeOver: (turner, cameraId) =>
      within(turner, cameraId, async (camera) => {
        const from = camera.holder;
        const answer = await put(camera, { type: 'takeOver', holder: turner });
        if (answer.ok && from !== undefined && from.holderId !== turner.holderId)
          await repository.tookOver(cameraId, from.name, turner.name, nowMs());
        return answer;
      }),
    async goToPreset(turner, cameraId, number) {
      const answer = await used(turner, cameraId, (head) =>
        presets.goTo(cameraId, head, number, { actor: turner.name, principal: turner.principal }),
      );
      if (!answer.ok && answer.reason === 'turning.preset_gone') say(cameraId);
      return answer;
    },
    async savePreset(turner, cameraId, name, number) {
      const answer = await used(turner, cameraId, (head) =>
        presets.save(cameraId, head, { name, number }, turner.name),
      );
      if (answer.ok) say(cameraId);
      return answer;
    },
    async deletePreset(turner, cameraId, number) {
      const answer = await used(turner, cameraId, (head) =>
        presets.remove(cameraId, head, number, turner.name),
      );
      if (answer.ok) say(cameraId);
      return answer;
    },
    async relistPreset(turner, cameraId, number) {
      const answer = await presets.relist(cameraId, number, turner.name);
      if (answer.ok) say(cameraId);
      return answer;
    },
    learnPresets(cameraId) {
      const views = heads.headOf(urlOf(cameraId) ?? '')?.ownViews;
      learned.learn(cameraId, views).then(
        (isChanged) => {
          if (isChanged && !isClosed) say(cameraId);
        },
        (error: unknown) => logger.error({ err: error, cameraId }, 'views of a camera could not be kept'),
      );
    },
    left(holderId) {
      for (const camera of [...turned.values()]) void camera.put({ type: 'left', holderId });
      principals.delete(holderId);
    },
    turnedBetween: repository.turnedBetween,
    onChanged: (listener) => void changed.add(listener),
    start() {
      for (const { cameraId, url, heldBy, movingSinceMs, motion, principal } of left) {
        stopUntilHeard(cameraId, url);
        if (movingSinceMs === undefined) continue;
        counts['restarted'] = (counts['restarted'] ?? 0) + 1;
        const known = motionSchema.safeParse(motion);
        const move = {
          holder: { holderId: '', name: heldBy },
          motion: known.success ? known.data : atRest,
          startedAtMs: movingSinceMs,
          endedAtMs: nowMs(),
          end: 'restarted' as const,
        };
        keep(repository.moved(cameraId, move, principal));
      }
      left = [];
    },
    counts: () => counts,
    async close() {
      const stopping = [...turned.values()].map((camera) => camera.close());
      for (const { timer } of owed.values()) clearTimeout(timer);
      // What is not confirmed by then stays in the store, and is stopped by the next start.
      await Promise.race([Promise.all(stopping), delay(closeLimitMs, undefined, { ref: false })]);
      isClosed = true;
    },
  };
}

function shownHolder({ holderId, name }: TurnHolder): TurnHolder {
  return { holderId, name };
}
