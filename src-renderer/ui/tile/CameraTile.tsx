import { useEffect, useRef } from 'react';
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
}

/** A camera's picture with its name and its honest state. */
export function CameraTile({ tileId, camera, stream, live = true, state, pictures, times }: CameraTileProps) {
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
    <>
      <video ref={videoRef} className="tile-picture" data-camera-id={cameraId} muted autoPlay playsInline />
      <canvas ref={canvasRef} className="tile-picture" />
      {plated && (
        <div className="tile-veil">
          <div className="tile-plate">
            <p className="tile-plate-word">
              <StateMark kind={state.kind} />
              {words.word} <span className="tile-plate-since">{words.since}</span>
            </p>
            {words.detail !== '' && <p className="tile-plate-detail">{words.detail}</p>}
            <p>{words.picture}</p>
          </div>
        </div>
      )}
      <div className="tile-strip">
        <span className="tile-site">{site}</span>
        <span className="tile-camera">{name}</span>
        <span className={`tile-state tile-state--${state.kind}`}>
          <StateMark kind={state.kind} />
          {words.word}
          {!plated && 'pictureAtMs' in state && (
            <span className="tile-age">
              <span className="tile-age-word">{t('tile.notLive')} </span>
              {times.timeOfDay(state.pictureAtMs)}
            </span>
          )}
        </span>
      </div>
    </>
  );
}

/** Whether the picture is old enough that nobody may take it for live: it is veiled and says its age. */
function hasPlate(state: TileState): boolean {
  switch (state.kind) {
    case 'frozen':
    case 'offline':
    case 'unauthorized':
    case 'unsupported':
      return true;
    case 'live':
    case 'still':
    case 'connecting':
    case 'waiting':
    case 'no_camera':
      return false;
  }
}
