import type { CameraView } from '../../../../../src-shared/cameras/cameras.protocol.ts';
import type { WallLibrary } from '../../../../../src-shared/wall/wallLibrary.ts';
import type { Tile, WallSnapshot } from '../../../../../src-shared/wall/wall.protocol.ts';
import { plainTourSettings } from '../../../../../src-renderer/features/wall/tourDefaults.ts';

/** A camera of a school in Xian'an. */
export function camera(cameraId: string): CameraView {
  return {
    cameraId,
    externalId: cameraId,
    cameraName: `灶台 ${cameraId}`,
    siteId: 's1',
    siteName: '泉韵中学食堂',
    siteType: 'school_canteen',
    district: '咸安区',
  };
}

/** A tile of one cell. */
export function tile(column: number, row: number, cameraId?: string, more: Partial<Tile> = {}): Tile {
  return {
    tileId: `tile-${column}-${row}`,
    column,
    row,
    columnSpan: 1,
    rowSpan: 1,
    stream: 'sub',
    live: true,
    ...(cameraId === undefined ? {} : { camera: camera(cameraId) }),
    ...more,
  };
}

/** A fixed page of 2 × 2 tiles with the cameras a, b, c and one empty tile. */
export function page(more: Partial<WallSnapshot> = {}): WallSnapshot {
  return {
    screenId: 'main',
    revision: 7,
    columns: 2,
    rows: 2,
    tiles: [tile(0, 0, 'a'), tile(1, 0, 'b'), tile(0, 1, 'c'), tile(1, 1)],
    counts: { sites: 1, cameras: 3 },
    upcoming: [],
    scheduled: false,
    content: 'tiles',
    layout: '4',
    ...more,
  };
}

/** A tour that is running. */
export const running = { state: 'running', turnAtMs: 5_000, page: 3, round: 0 } as const;

/** What is saved: one programme, no scene. */
export function library(more: Partial<WallLibrary> = {}): WallLibrary {
  return {
    revision: 3,
    programmes: [{ id: 'p1', name: '学校午间', layout: '9', settings: plainTourSettings }],
    scenes: [],
    schedule: [],
    ...more,
  };
}
