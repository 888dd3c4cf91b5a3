import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownCamera, StreamKind } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { TimeFormat } from '../times.ts';
import { StateMark } from './StateMark.tsx';
import type { TileState } from './tileState.ts';
import { tileWords } from './tileWords.ts';
import './cameraTile.css';

/** Who draws pictures into a tile's elements; `app/` puts the receiver of `media/` here. */
export interface Pictures {
  /** Shows a stream until the function answered is called. */
  show(target: {
    targetId: string;
    cameraId: string;
    stream: StreamKind;
    live?: boolean;
    video: HTMLVideoElement;
    canvas: HTMLCanvasElement;
  }): () => void;
}

export interface CameraTileProps {
  tileId: string;
  camera: ShownCamera;
  stream: StreamKind;
  /** False: key pictures only. */
  live?: boolean;
  state: TileState;
  pictures: Pictures;
  times: TimeFormat;
  /**
   * Further words about the picture. Its style gives it a place around the picture, never over it: `grid-area` is `head`,
   * `beside` or `marks` (cameraTile.css).
   */
  children?: ReactNode;
}

/**
 * A camera's picture, and under it its name and its real state. Nothing lies over the picture: a camera writes its own
 * clock into a corner of it.
 */
export function CameraTile(props: CameraTileProps) {
  const { tileId, camera, stream, live = true, state, pictures, times, children } = props;
  const { t, i18n } = useTranslation();
  const videoRef = useRef<HTMLVideoElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const { cameraId } = camera;

  useEffect(() => {
    const video = videoRef.current;
    const canvas = canvasRef.current;
    if (video === null || canvas === null) return undefined;
    return pictures.show({ targetId: tileId, cameraId, stream, live, video, canvas });
  }, [pictures, tileId, cameraId, stream, live]);

  const words = tileWords(state, t, times.timeOfDay);
  const english = i18n.language === 'en';
  const site = (english ? camera.siteNameEn : undefined) ?? camera.siteName;
  const name = (english ? camera.cameraNameEn : undefined) ?? camera.cameraName;
  const plated = hasPlate(state);
  return (
    <div className="camera-tile">
      <div className={plated ? 'tile-room tile-room--old' : 'tile-room'}>
        <video ref={videoRef} className="tile-picture" data-camera-id={cameraId} muted autoPlay playsInline />
        <canvas ref={canvasRef} className="tile-picture" />
      </div>
      {children}
      {plated && (
        <div className="tile-plate">
          <span className="tile-plate-word">
            <StateMark kind={state.kind} />
            {words.word} <span className="tile-plate-since">{words.since}</span>
          </span>
          <span className="tile-plate-picture">{words.picture}</span>
          {words.detail !== '' && <span className="tile-plate-detail">{words.detail}</span>}
        </div>
      )}
      <div className="tile-strip">
        <span className="tile-site">{site}</span>
        <span className="tile-camera">{name}</span>
        <span className={`tile-state tile-state--${state.kind}${plated ? ' tile-state--plated' : ''}`}>
          <StateMark kind={state.kind} />
          <span className="tile-state-word">{words.word}</span>
          {!plated && 'pictureAtMs' in state && (
            <span className="tile-age">
              <span className="tile-age-word">{t('tile.notLive')} </span>
              {times.timeOfDay(state.pictureAtMs)}
            </span>
          )}
        </span>
      </div>
    </div>
  );
}

/** Whether the picture is old enough that nobody may take it for live: it is dimmed and says its age. */
function hasPlate(state: TileState): boolean {
  switch (state.kind) {
    case 'frozen':
    case 'offline':
    case 'unauthorized':
    case 'unsupported':
    case 'undecodable':
      return true;
    case 'live':
    case 'still':
    case 'connecting':
    case 'waiting':
    case 'no_camera':
      return false;
  }
}
