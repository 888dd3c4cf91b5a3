import type { SimulatedCamera } from '../cameras/camera.ts';
import type { Clip, ClipLibrary } from '../media/clip.ts';
import { specialEncodingScene } from '../scenes/catalogue.ts';
import type { Encoding, Show, StreamName } from '../scenes/catalogue.ts';

/** The encoding that a camera serves under its present fault. */
export function encodingOf(camera: SimulatedCamera): Encoding {
  return camera.fault.kind === 'longGop' || camera.fault.kind === 'h265' ? camera.fault.kind : 'h264';
}

/** The clip that a camera shows: the special encodings exist for one scene only. */
export function clipOf(
  clips: ClipLibrary,
  camera: SimulatedCamera,
  stream: StreamName,
  show: Show,
  encoding: Encoding,
): Clip {
  return encoding === 'h264'
    ? clips({ scene: camera.scene, show, stream, encoding })
    : clips({ scene: specialEncodingScene, show: 'normal', stream, encoding });
}
