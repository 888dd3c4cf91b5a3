import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { maxPresets } from '../../../src-shared/turning/turning.protocol.ts';

/** The camera has no view of this number. */
export function missing(): Ack<never> {
  return refuse('not_found', 'This camera has no such preset.', { reason: 'turning.no_such_preset' });
}

/** The camera said twice that it has this view no more. */
export function gone(name: string): Ack<never> {
  return refuse('not_found', `The camera has no preset ${name} any more.`, {
    reason: 'turning.preset_gone',
    name,
  });
}

/** Every number goes to a view. */
export function presetsFull(): Ack<never> {
  return refuse('too_many', `A camera has at most ${maxPresets} presets. Delete one first.`, {
    reason: 'turning.presets_full',
    limit: maxPresets,
  });
}

/** The camera did not confirm what it was asked. */
export function notReached(): Ack<never> {
  return refuse(
    'unavailable',
    'The device did not confirm the command. Check whether the recorder or camera is online.',
    {
      reason: 'turning.not_reached',
    },
  );
}

/** Whatever is saved could replace a view of the camera. */
export function numbersUnknown(): Ack<never> {
  return refuse(
    'unavailable',
    'The recorder did not say which preset numbers it uses. Try again, or choose a number.',
    { reason: 'turning.preset_numbers_unknown' },
  );
}

/** The number goes to another view. */
export function numberTaken(number: number): Ack<never> {
  return refuse('conflict', `The number ${number} is used for another preset. Choose another one.`, {
    reason: 'turning.preset_number_taken',
    number,
  });
}
