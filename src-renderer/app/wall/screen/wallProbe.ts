import { slotIdOf } from '../../../features/wall/slots.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import { createProbe, probeTile, type Probe, type ProbedParts } from '../../shared/probe.ts';

/** `window.mingchuProbe` of a screen of the wall. */
export function createWallProbe({
  wallStore,
  nowMs,
  ...parts
}: ProbedParts & { wallStore: WallStore; nowMs(): number }): Probe {
  return {
    ...createProbe(parts),
    hubNowMs: nowMs,
    tiles() {
      const { wall, tileStates } = wallStore.getState();
      return (wall?.tiles ?? []).map((tile) => {
        const { tileId, camera } = tile;
        const slotId = wall === undefined ? tileId : slotIdOf(tile, wall);
        const state = tileStates[slotId] ?? { kind: 'connecting' };
        return probeTile(parts.receiver, slotId, { tileId, cameraId: camera?.cameraId, state });
      });
    },
  };
}
