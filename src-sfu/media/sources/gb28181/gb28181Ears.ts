import { parseRecorderUrl } from '../../../base/recorderUrl.ts';
import { EarError, type Ears } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import type { RecorderDoors } from './gb28181Source.ts';

/** Channels of recorders are spoken to by broadcast or talk of GB/T 28181. */
export function gb28181Ears(
  doors: Pick<RecorderDoors, 'door'>,
  directory: Pick<RecorderDirectory, 'learnedOf' | 'placeOf'>,
): Ears {
  return {
    serves: (url) => parseRecorderUrl(url) !== undefined,
    read({ url }) {
      const recorderId = parseRecorderUrl(url)?.recorderId ?? '';
      if (doors.door === undefined) return Promise.resolve({ has: 'no', fault: 'off' });
      if (directory.placeOf(recorderId) === undefined) return Promise.resolve({ has: 'no', fault: 'away' });
      const { voice } = directory.learnedOf(recorderId);
      if (voice === undefined) return Promise.resolve({ has: 'unknown' });
      return Promise.resolve(voice === 'none' ? { has: 'no', fault: 'refused' } : { has: 'yes' });
    },
    open({ url }, how) {
      const target = parseRecorderUrl(url);
      if (doors.door === undefined || target === undefined)
        return Promise.reject(new EarError('off', 'Recorders are not received.'));
      const { recorderId, channelId } = target;
      return doors.door.voices.open({ recorderId, channelId, ...how });
    },
  };
}
