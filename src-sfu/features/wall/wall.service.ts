import { z } from 'zod';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import { squareGrid } from '../../../src-shared/wall/grid.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';

/** The cameras as the wall needs them. */
export interface WallCameras {
  listCameras(): CameraView[];
  findCamera(cameraId: string): CameraView | undefined;
  counts(): { sites: number; cameras: number };
}

/** Where the wall keeps what was chosen. Durable when `save` resolves. */
export interface WallRepository {
  read(name: string): Promise<unknown>;
  save(name: string, value: unknown, actor: string, nowMs: number): Promise<void>;
}

export interface WallService {
  load(): Promise<void>;
  snapshot(screenId: string): WallSnapshot;
  showCameras(command: InputOf<'wall:showCameras'>, actor: string): Promise<Ack<{ revision: number }>>;
  /** The registry changed: screens that show what nobody chose may show other cameras now. */
  camerasChanged(): void;
  onScreenChanged(listener: (screenId: string, wall: WallSnapshot) => void): void;
}

export interface WallServiceOptions {
  cameras: WallCameras;
  repository: WallRepository;
  /** Tiles of a screen nobody chose for. */
  defaultTiles: number;
  nowMs(): number;
}

/** The screen a wall surface shows when its address names none. */
export const defaultScreenId = 'main';

const settingName = 'wall.screens';
const storedScreensSchema = z.record(
  z.string(),
  z.object({ cameraIds: z.array(z.string()).max(64), revision: z.number().int() }),
);
type Screen = { cameraIds: string[]; revision: number };

/** Commands remembered, so that a repeated one is answered and not done again. */
const rememberedCommands = 256;

/** What every screen of the wall shows. */
export function createWallService(options: WallServiceOptions): WallService {
  const { cameras, repository, nowMs } = options;
  const screens = new Map<string, Screen>();
  const listeners: ((screenId: string, wall: WallSnapshot) => void)[] = [];
  const answered = new Map<string, { revision: number }>();
  let registryRevision = 0;

  const snapshot = (screenId: string): WallSnapshot => {
    const chosen = screens.get(screenId);
    const views =
      chosen === undefined
        ? cameras.listCameras().slice(0, options.defaultTiles)
        : chosen.cameraIds.map((cameraId) => cameras.findCamera(cameraId));
    const grid = squareGrid(views.length);
    return {
      screenId,
      revision: (chosen?.revision ?? 0) + registryRevision,
      columns: grid.columns,
      rows: grid.rows,
      tiles: views.map((camera, index) => ({
        tileId: `tile-${index}`,
        column: index % grid.columns,
        row: Math.floor(index / grid.columns),
        columnSpan: 1,
        rowSpan: 1,
        stream: 'sub',
        ...(camera === undefined ? {} : { camera }),
      })),
      counts: cameras.counts(),
    };
  };

  const announce = (screenId: string): void => {
    const wall = snapshot(screenId);
    for (const listener of listeners) listener(screenId, wall);
  };

  return {
    async load() {
      const parsed = storedScreensSchema.safeParse(await repository.read(settingName));
      if (!parsed.success) return;
      for (const [screenId, screen] of Object.entries(parsed.data)) screens.set(screenId, screen);
    },
    snapshot,
    async showCameras({ commandId, screenId, cameraIds }, actor) {
      const repeated = answered.get(commandId);
      if (repeated !== undefined) return ok(repeated);
      const unknown = cameraIds.filter((cameraId) => cameras.findCamera(cameraId) === undefined);
      if (unknown.length > 0) {
        return refuse('not_found', `The registry has no camera ${unknown.slice(0, 5).join(', ')}.`);
      }
      const screen = { cameraIds, revision: (screens.get(screenId)?.revision ?? 0) + 1 };
      await repository.save(
        settingName,
        { ...Object.fromEntries(screens), [screenId]: screen },
        actor,
        nowMs(),
      );
      screens.set(screenId, screen);
      const answer = { revision: screen.revision + registryRevision };
      answered.set(commandId, answer);
      for (const oldest of answered.keys()) {
        if (answered.size <= rememberedCommands) break;
        answered.delete(oldest);
      }
      announce(screenId);
      return ok(answer);
    },
    camerasChanged() {
      registryRevision += 1;
      for (const screenId of new Set([defaultScreenId, ...screens.keys()])) announce(screenId);
    },
    onScreenChanged(listener) {
      listeners.push(listener);
    },
  };
}
