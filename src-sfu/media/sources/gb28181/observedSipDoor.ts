import type { Logger } from '../../../logger.ts';
import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import { SipDoor } from './sipDoor.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { observedTransport, type SipObserver } from './sipObserver.ts';
import { createSipTransport } from './sipTransport.ts';

/** The door by which recorders register, over real sockets, each message noted by the observer. It is not open yet. */
export function observedSipDoor(
  own: SipDoorSettings,
  parts: { directory: RecorderDirectory; observer: SipObserver; logger: Logger; nowMs(): number },
): SipDoor {
  const { directory, observer, logger, nowMs } = parts;
  return new SipDoor(own, directory, logger, nowMs, (options) =>
    observedTransport(createSipTransport, options, observer),
  );
}
