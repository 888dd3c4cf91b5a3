import type { CameraImport } from '../../src-shared/cameras/registryImport.ts';
import { loopFrames } from '../../src-shared/simulation/frameStrip.ts';
import { roomOfCameraName } from '../city/cameraNames.ts';
import { HeardSound } from '../media/heardSound.ts';
import { scenes } from '../scenes/catalogue.ts';
import type { Room, Show } from '../scenes/catalogue.ts';
import type { AuthenticationScheme } from '../rtsp/authentication.ts';
import type { SimulatedCamera } from './camera.ts';

/** A step that has no factor in common with the loop or the GOP, so that neighbours differ as much as they can. */
const phaseStepFrames = 37;

function schemeOf(order: number): AuthenticationScheme {
  if (order % 16 === 5) return 'basic';
  return order % 16 === 11 ? 'digest-sha256' : 'digest-md5';
}

/** What a scene can show, the ordinary day first. */
export function showsOf(sceneId: string): Show[] {
  return ['normal', ...(scenes.find((scene) => scene.id === sceneId)?.extras ?? []), 'black'];
}

/** The cook has understood and puts right what is wrong: the picture shows an ordinary kitchen again. */
export function answerOfficer(camera: SimulatedCamera): void {
  if (camera.show !== 'black') camera.show = 'normal';
}

/**
 * Makes the simulated cameras of a registry. They are as unlike each other as a city's: scene by room, a phase of its
 * own each, sound on a third, several ways to ask for the password, control URLs absolute on some.
 */
export function makeCameras(records: readonly CameraImport[]): Map<string, SimulatedCamera> {
  const usedOfRoom = new Map<Room, number>();
  return new Map(
    records.map((record, order) => {
      const room = roomOfCameraName(record.name);
      const choices = scenes.filter((scene) => scene.room === room);
      const candidates = choices.length > 0 ? choices : scenes;
      const used = usedOfRoom.get(room) ?? 0;
      usedOfRoom.set(room, used + 1);
      const camera: SimulatedCamera = {
        id: record.externalId,
        room,
        scene: candidates[used % candidates.length]?.id ?? '',
        phase: ((order * phaseStepFrames) % loopFrames) + (order % 4) / 4,
        hasAudio: order % 3 === 0,
        usesAbsoluteControl: order % 8 === 3,
        credentials: {
          scheme: schemeOf(order),
          realm: `IP Camera(${record.externalId})`,
          username: record.username ?? '',
          password: record.password ?? '',
        },
        fault: { kind: 'none' },
        faultSinceMs: 0,
        show: 'normal',
        ear: {
          habit: order % 4 === 3 ? 'none' : 'plays',
          heard: new HeardSound(() => answerOfficer(camera)),
        },
      };
      return [camera.id, camera];
    }),
  );
}
