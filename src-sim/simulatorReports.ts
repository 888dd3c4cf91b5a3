import type { RegistryImport } from '../src-shared/cameras/registryImport.ts';
import type { AlertPlatform } from './alerts/alertPlatform.ts';
import type { SimulatedEar } from './cameras/camera.ts';
import type { Fault, FaultInput } from './cameras/faults.ts';
import type { RunningRecorders } from './gb28181/demoRecorders.ts';
import type { RunningUpper } from './gb28181/demoUpper.ts';
import type { RunningOnvif } from './onvif/demoOnvif.ts';
import type { HeardReport } from './media/heardSound.ts';
import type { AuthenticationScheme } from './rtsp/authentication.ts';
import type { Show } from './scenes/catalogue.ts';

/** A camera as the control interface describes it. */
export interface CameraReport {
  id: string;
  room: string;
  scene: string;
  /** What its scene can show. */
  shows: readonly Show[];
  show: Show;
  phase: number;
  hasAudio: boolean;
  scheme: AuthenticationScheme;
  fault: Fault;
  /** Unix milliseconds; 0 where nothing was ever wrong. */
  faultSinceMs: number;
  clients: { main: number; sub: number };
  /** Pictures left out for clients that did not keep up. */
  droppedPictures: number;
  /** How it takes a voice, and what it was sent in the last talk. */
  ear: { habit: SimulatedEar['habit']; heard: HeardReport };
}

/** A running simulated city. Methods that take a camera's id throw `ControlError` (404) when nobody knows it. */
export interface Simulator {
  rtspUrl: string;
  controlUrl: string;
  /** Sites and cameras in the hub's import format. */
  registry(): RegistryImport;
  /** Recorders through which some cameras come, with the passwords that they register with. */
  recorders(): { recorderId: string; name: string; password: string }[];
  /** How many sites of the city have one of them; the others are platforms below the hub. */
  recorderSites(): number;
  /** The one camera behind a site's recorder that turns; undefined without such recorders. */
  turningCamera(): { site: string; camera: string } | undefined;
  cameras(): CameraReport[];
  /** What is needed to compute the age of a picture (`frameAgeMs`), together with a camera's phase. */
  clock(): { epochMs: number; nowMs: number; framesPerSecond: number; loopFrames: number };
  setFault(id: string, fault: FaultInput): CameraReport;
  /** @throws ControlError (409) when the camera's scene cannot show it. */
  setScene(id: string, show: Show): CameraReport;
  setAuthentication(id: string, scheme: AuthenticationScheme): CameraReport;
  /** Those recorders as they run; none where there is no platform for them. */
  runningRecorders: Omit<RunningRecorders, 'close'>;
  /** The platform above the hub. */
  upper: Omit<RunningUpper, 'close'>;
  /** Devices that speak ONVIF. */
  onvif: Omit<RunningOnvif, 'close'>;
  setEar(id: string, habit: SimulatedEar['habit']): CameraReport;
  /** The AI platform that watches the city. */
  alerts: AlertPlatform;
  close(): Promise<void>;
}
