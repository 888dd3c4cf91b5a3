import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { Tile, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { inReadingOrder } from './tileChoice.ts';

/** One thing that somebody else changed meanwhile; the desk has a sentence for each kind. */
export type WallChange =
  | { kind: 'layout'; tiles: number }
  | { kind: 'shows'; name: string }
  | { kind: 'mapShown' | 'boardShown' | 'tilesShown' | 'caseShown' }
  | { kind: 'tourStarted' }
  | { kind: 'tourEnded' }
  | { kind: 'pinned'; tile: number; camera: string }
  | { kind: 'unpinned'; tile: number }
  | { kind: 'camera'; tile: number; camera: string }
  | { kind: 'emptied'; tile: number }
  | { kind: 'added' | 'changed' | 'removed'; what: 'programme' | 'scene'; name: string }
  | { kind: 'schedule' }
  /** The revision moved on, and nothing of it is to be seen here. */
  | { kind: 'other' };

/** What differs between the screen an operator saw and the screen as it is, without the turning of the tour's pages. */
export function screenChanges(before: WallSnapshot, after: WallSnapshot): WallChange[] {
  const changes: WallChange[] = [];
  if (before.content !== after.content) {
    // The other fields differ only because a map, a board or a case covers the tiles.
    return [{ kind: `${after.content}Shown` }];
  }
  if (after.chosen !== undefined && after.chosen.id !== before.chosen?.id) {
    changes.push({ kind: 'shows', name: after.chosen.name });
  }
  if (before.tour === undefined && after.tour !== undefined) changes.push({ kind: 'tourStarted' });
  if (before.tour !== undefined && after.tour === undefined) changes.push({ kind: 'tourEnded' });
  const tilesBefore = inReadingOrder(before.tiles);
  const tilesAfter = inReadingOrder(after.tiles);
  if (shapeOf(before, tilesBefore) !== shapeOf(after, tilesAfter)) {
    changes.push({ kind: 'layout', tiles: tilesAfter.length });
  } else {
    for (const [index, tile] of tilesAfter.entries()) {
      const change = tileChange(tilesBefore[index], tile, index + 1, after.tour !== undefined);
      if (change !== undefined) changes.push(change);
    }
  }
  return changes.length === 0 ? [{ kind: 'other' }] : changes;
}

/** What differs between what was saved when an operator began and what is saved now. */
export function libraryChanges(before: WallLibrary, after: WallLibrary): WallChange[] {
  const changes: WallChange[] = [
    ...savedChanges('programme', before.programmes, after.programmes),
    ...savedChanges('scene', before.scenes, after.scenes),
  ];
  if (!same(before.schedule, after.schedule)) changes.push({ kind: 'schedule' });
  return changes.length === 0 ? [{ kind: 'other' }] : changes;
}

function tileChange(
  before: Tile | undefined,
  after: Tile,
  number: number,
  touring: boolean,
): WallChange | undefined {
  const camera = after.camera === undefined ? '' : `${after.camera.siteName} · ${after.camera.cameraName}`;
  const pinned = after.pinned === true;
  const sameCamera = before?.camera?.cameraId === after.camera?.cameraId;
  if (pinned && (before?.pinned !== true || !sameCamera)) return { kind: 'pinned', tile: number, camera };
  if (before?.pinned === true && !pinned) return { kind: 'unpinned', tile: number };
  if (touring || sameCamera) return undefined;
  return after.camera === undefined
    ? { kind: 'emptied', tile: number }
    : { kind: 'camera', tile: number, camera };
}

function savedChanges(
  what: 'programme' | 'scene',
  before: readonly { id: string; name: string }[],
  after: readonly { id: string; name: string }[],
): WallChange[] {
  const beforeById = new Map(before.map((saved) => [saved.id, saved]));
  const remaining = new Set(after.map(({ id }) => id));
  const changes: WallChange[] = [];
  for (const saved of after) {
    const old = beforeById.get(saved.id);
    if (old === undefined) changes.push({ kind: 'added', what, name: saved.name });
    else if (!same(old, saved)) changes.push({ kind: 'changed', what, name: saved.name });
  }
  for (const saved of before) {
    if (!remaining.has(saved.id)) changes.push({ kind: 'removed', what, name: saved.name });
  }
  return changes;
}

function shapeOf(wall: WallSnapshot, tiles: readonly Tile[]): string {
  const cells = tiles.map(({ column, row, columnSpan, rowSpan }) =>
    [column, row, columnSpan, rowSpan].join(','),
  );
  return `${wall.columns}x${wall.rows}:${cells.join(';')}`;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
