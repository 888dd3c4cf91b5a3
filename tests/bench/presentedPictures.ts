import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';

type CountedTile = Pick<ProbedTile, 'tileId' | 'cameraId' | 'framesPresented'>;

/**
 * How many pictures each tile presented in all. A tile's own count begins at 0 again whenever it is given another stream or
 * changes between video and key pictures, so that only sums of what was added between two looks are right.
 */
export class PresentedPictures {
  readonly #sums = new Map<string, number>();
  #last: ReadonlyMap<string, CountedTile>;

  /** What was presented before this look is not counted. */
  constructor(tiles: readonly CountedTile[]) {
    this.#last = new Map(tiles.map((tile) => [tile.tileId, tile]));
    for (const { tileId } of tiles) this.#sums.set(tileId, 0);
  }

  sample(tiles: readonly CountedTile[]): void {
    for (const tile of tiles) {
      const { tileId, framesPresented } = tile;
      const last = this.#last.get(tileId);
      const before = last !== undefined && last.cameraId === tile.cameraId ? last.framesPresented : 0;
      const added = framesPresented >= before ? framesPresented - before : framesPresented;
      this.#sums.set(tileId, (this.#sums.get(tileId) ?? 0) + added);
    }
    this.#last = new Map(tiles.map((tile) => [tile.tileId, tile]));
  }

  /** A tile that was there at any look has its sum, 0 when it showed nothing. */
  perTile(): number[] {
    return [...this.#sums.values()];
  }
}
