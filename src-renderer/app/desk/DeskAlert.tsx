import { useStore } from 'zustand';
import { AlertDetailPanel } from '../../features/alerts/AlertDetailPanel.tsx';
import { LargeCamera, largeTargetId } from '../../features/cameras/LargeCamera.tsx';
import { viewOfCamera } from '../../features/cameras/directoryStore.ts';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { DeskSurfaceProps } from './DeskSurface.tsx';

const connecting: TileState = { kind: 'connecting' };

/** The chosen alert in the centre, with the live picture of a camera of its site. */
export function DeskAlert({
  desk,
  session,
  alerts,
  alertDetail,
  alertActions,
  directory,
  receiver,
  pictures,
}: DeskSurfaceProps) {
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const cameraId = useStore(desk, (state) => state.largeCameraId);
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  const state = useStore(pictures, (pictured) => pictured.states.get(largeTargetId)) ?? connecting;
  const camera = cameraId === undefined ? undefined : viewOfCamera({ sites, cameras }, cameraId);
  return (
    <AlertDetailPanel
      store={alerts}
      detail={alertDetail}
      actions={alertActions}
      times={times}
      nowMs={nowMs}
      enabled={enabled}
      live={
        camera === undefined ? undefined : (
          <LargeCamera
            camera={camera}
            state={state}
            pictures={receiver}
            times={times}
            onClose={alertActions.leave}
          />
        )
      }
    />
  );
}
