import { parseRecorderUrl } from '../../../base/recorderUrl.ts';
import type { TurnHead, TurnHeads } from '../../../features/turning/turning.ports.ts';
import type { RecorderDoors } from './gb28181Source.ts';
import { lensStop, ptzMotion, ptzPreset, ptzStop } from './ptzCommand.ts';

/** Turns channels of recorders by the commands of GB/T 28181. Other addresses cannot be turned. */
export function gb28181TurnHeads(doors: Pick<RecorderDoors, 'door'>): TurnHeads {
  return {
    whyNot(url) {
      const target = parseRecorderUrl(url);
      if (target === undefined) return 'rtsp';
      if (doors.door === undefined) return 'off';
      return doors.door.isFixed(target.recorderId, target.channelId) ? 'no_motor' : undefined;
    },
    headOf(url): TurnHead | undefined {
      const target = parseRecorderUrl(url);
      if (target === undefined) return undefined;
      const send = (
        command: string,
        how: { isRepeated: boolean; signal?: AbortSignal } = { isRepeated: true },
      ): Promise<boolean> =>
        doors.door?.turn(target.recorderId, target.channelId, command, how) ?? Promise.resolve(false);
      // Somebody who stops without having moved does not know what moves: a hub that starts again.
      let hasTurned = false;
      let hasFocused = false;
      return {
        drive(motion) {
          if (motion.focus === 0) hasTurned = true;
          else hasFocused = true;
          void send(ptzMotion(motion), { isRepeated: false });
        },
        async stop(signal) {
          const how = { isRepeated: true, signal };
          // The focus has a stop of its own.
          const isLensStopped = hasFocused || !hasTurned ? send(lensStop, how) : undefined;
          const isStopped = await send(ptzStop, how);
          return isStopped && (await (isLensStopped ?? true));
        },
        usedPresets: () =>
          doors.door?.presetsOf(target.recorderId, target.channelId) ?? Promise.resolve(undefined),
        goToPreset: (number) => send(ptzPreset('go', number)),
        setPreset: (number) => send(ptzPreset('set', number)),
        deletePreset: (number) => send(ptzPreset('delete', number)),
      };
    },
  };
}
