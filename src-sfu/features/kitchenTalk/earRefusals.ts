import type { EarFault } from '../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { refuse, type Ack, type AckCode } from '../../../src-shared/protocol/define.ts';
import type { RefusalCause } from '../../../src-shared/protocol/refusals.ts';

const refusals: Record<EarFault, { code: AckCode; cause: RefusalCause; message: string }> = {
  noBackChannel: {
    code: 'unsupported',
    cause: { reason: 'kitchenTalk.no_back_channel' },
    message: 'This camera takes no sound. Choose another camera of the kitchen, or telephone.',
  },
  noALaw: {
    code: 'unsupported',
    cause: { reason: 'kitchenTalk.no_alaw' },
    message: 'The camera takes no G.711. Set the code of its sound to G.711A on its own page.',
  },
  noTcp: {
    code: 'unsupported',
    cause: { reason: 'kitchenTalk.no_tcp' },
    message: 'The camera takes sound by UDP only. Choose another camera of the kitchen, or telephone.',
  },
  noStream: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.no_stream' },
    message: 'The camera knows no stream at its address. Correct its address in the registry.',
  },
  notReached: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.not_reached' },
    message: 'The camera cannot be reached. Check its power and network.',
  },
  wrongPassword: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.wrong_password' },
    message: 'The camera refused the user or password, or this user may not speak.',
  },
  cameraRefused: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.camera_refused' },
    message: 'The camera refuses to be spoken to. Another system may speak through it; try again soon.',
  },
  off: {
    code: 'unsupported',
    cause: { reason: 'kitchenTalk.recorders_off' },
    message: 'Recorders are not received at this hub.',
  },
  away: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.recorder_away' },
    message: 'The recorder has not registered. Check that it runs.',
  },
  refused: {
    code: 'unsupported',
    cause: { reason: 'kitchenTalk.recorder_refused' },
    message: 'The recorder takes neither a broadcast nor a talk. Switch its voice on, or telephone.',
  },
  silent: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.recorder_silent' },
    message: 'The recorder does not answer when it is spoken to. Try again, or telephone.',
  },
  endedByDevice: {
    code: 'unavailable',
    cause: { reason: 'kitchenTalk.ended_by_device' },
    message: 'The device ended the talk. Press the key again.',
  },
};

/** Says of a camera why it cannot be spoken to, and what to do. */
export function refuseEar(fault: EarFault): Ack<never> {
  const { code, cause, message } = refusals[fault];
  return refuse(code, message, cause);
}
