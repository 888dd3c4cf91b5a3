/** Why a command to a screen is refused for what it names. */
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { RefusalCause } from '../../../src-shared/protocol/refusals.ts';
import {
  arrangeLayout,
  type ArrangedLayout,
  type Layout,
  type LayoutProblem,
} from '../../../src-shared/wall/layouts.ts';
import type { WallCameras } from './wall.ports.ts';

/** The rectangles of a layout, or a refusal that lists all its faults. */
export function arrange(layout: Layout): ArrangedLayout | Ack<never> {
  const arranged = arrangeLayout(layout);
  if (arranged.ok) return arranged.layout;
  const messages = arranged.problems.map(({ message }) => message);
  return refuse('bad_request', messages.slice(0, 5).join(' '), causeOf(arranged.problems[0]));
}

/** The reason of a layout's problem; it counts tiles from 1. */
function causeOf(first: LayoutProblem): RefusalCause {
  switch (first.code) {
    case 'badGrid':
    case 'noTiles':
    case 'tooManyTiles':
      return { reason: `wall.layout_${first.code}` };
    case 'badTile':
    case 'outside':
    case 'overlap':
      return { reason: `wall.layout_${first.code}`, tile: (first.tiles[0] ?? 0) + 1 };
  }
}

export function unknownCamera(cameraIds: readonly string[], cameras: WallCameras): Ack<never> | undefined {
  const unknown = cameraIds.filter((cameraId) => cameras.findCamera(cameraId) === undefined);
  if (unknown.length === 0) return undefined;
  return refuse(
    'not_found',
    `The registry has no camera ${listed(unknown)}. Choose another, or import it first.`,
    { reason: 'wall.no_such_camera', cameras: listed(unknown) },
  );
}

export function unknownTile(tileIds: readonly string[], { tiles }: ArrangedLayout): Ack<never> | undefined {
  const known = new Set(tiles.map(({ tileId }) => tileId));
  const unknown = tileIds.filter((tileId) => !known.has(tileId));
  if (unknown.length === 0) return undefined;
  return refuse(
    'not_found',
    `The layout has no tile ${listed(unknown)}. Its tiles are ${listed([...known])}.`,
    { reason: 'wall.no_such_tile', tiles: listed(unknown), known: listed([...known]) },
  );
}

export function unknownSaved(type: 'programme' | 'scene', id: string): Ack<never> {
  return refuse('not_found', `There is no ${type} ${id}. It may have been removed: choose another.`, {
    reason: type === 'programme' ? 'wall.no_such_programme' : 'wall.no_such_scene',
  });
}

function listed(ids: readonly string[]): string {
  return ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
}
