import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';
import { eventually } from '../support/processes.ts';
import type { WallPage } from '../support/wallPage.ts';

/** Waits until so many tiles have shown several live frames of the camera they were last given. */
export async function allAdvance(wall: WallPage, count: number): Promise<ProbedTile[]> {
  return eventually(
    `${count} live tiles`,
    async () => {
      const tiles = await wall.tiles();
      const ready = tiles.filter((tile) => tile.firstFrameMs !== undefined && tile.framesPresented > 5);
      return tiles.length === count && ready.length === count ? tiles : undefined;
    },
    30_000,
  );
}
