import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownCamera } from '../../../src-shared/cameras/cameras.protocol.ts';
import { CameraTile, type Pictures } from '../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import type { TimeFormat } from '../../ui/times.ts';
import './largeCamera.css';

/** The receiver's name for the large picture. */
export const largeTargetId = 'large';

export interface LargeCameraProps {
  camera: ShownCamera;
  state: TileState;
  pictures: Pictures;
  times: TimeFormat;
  onClose(): void;
}

/** One camera, as large as the centre, from its main stream. */
export function LargeCamera({ camera, state, pictures, times, onClose }: LargeCameraProps) {
  const { t } = useTranslation();
  const roomRef = useRef<HTMLDivElement>(null);
  return (
    <div ref={roomRef} className="large" data-large-camera={camera.cameraId} data-tile-state={state.kind}>
      <div className="large-picture">
        <CameraTile
          key={camera.cameraId}
          tileId={largeTargetId}
          camera={camera}
          stream="main"
          state={state}
          pictures={pictures}
          times={times}
        />
      </div>
      <button type="button" className="large-close" onClick={onClose} aria-label={t('large.close')}>
        × <span>Esc</span>
      </button>
    </div>
  );
}

/** The picture that the large camera shows at this moment, live or kept; undefined when there is none. */
export function largePicture(): { source: CanvasImageSource; width: number; height: number } | undefined {
  const room = document.querySelector('.large-picture');
  const still = room?.querySelector('canvas');
  const video = room?.querySelector('video');
  if (still instanceof HTMLCanvasElement && still.style.visibility === 'visible' && still.width > 0) {
    return { source: still, width: still.width, height: still.height };
  }
  if (!(video instanceof HTMLVideoElement) || video.videoWidth === 0) return undefined;
  return { source: video, width: video.videoWidth, height: video.videoHeight };
}
