import type { Tile } from '../../../../src-shared/wall/wall.protocol.ts';
import { AlertBadge } from '../../../features/alerts/AlertBadge.tsx';
import type { AlertMarksStore } from '../../../features/alerts/alertMarks.ts';
import { AlertSpotlight } from '../../../features/alerts/AlertSpotlight.tsx';
import { InsetMap } from '../../../features/map/InsetMap.tsx';
import type { InsetStore } from '../../../features/map/insetStore.ts';
import type { TimeFormat } from '../../../ui/times.ts';

export interface WallTileAlertProps {
  tile: Tile;
  marks: AlertMarksStore;
  times: TimeFormat;
  inset: InsetStore;
  /** False where the map is there anyway. */
  withInset?: boolean;
}

/** The words around a tile's picture: all of it where the alert has the spotlight, else what is open in that kitchen. */
export function WallTileAlert({ tile, marks, times, inset, withInset = true }: WallTileAlertProps) {
  const { camera, spotlight } = tile;
  if (spotlight?.kind === 'alert') {
    return (
      <AlertSpotlight
        store={marks}
        alertId={spotlight.eventId}
        times={times}
        inset={({ longitude, latitude, district }) =>
          withInset && longitude !== undefined && latitude !== undefined ? (
            <InsetMap store={inset} place={{ longitude, latitude, district }} />
          ) : null
        }
      />
    );
  }
  return camera === undefined ? null : <AlertBadge store={marks} cameraId={camera.cameraId} times={times} />;
}
