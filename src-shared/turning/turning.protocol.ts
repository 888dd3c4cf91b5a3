import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';
import { motionSchema } from './motion.ts';

/** Presets of one camera. Many makers use the numbers from 33 for other things, such as a menu on the picture. */
export const maxPresets = 32;

const cameraId = z.string().min(1).max(64);
const presetNumber = z.number().int().min(1).max(maxPresets);
/** Rises with each move of a desk. */
const moveId = z.number().int().nonnegative();

/** A view that the camera itself remembers; its number is the camera's. */
export const presetSchema = z.object({ number: presetNumber, name: z.string() });
export type Preset = z.output<typeof presetSchema>;

/** Who has a camera now. */
export const turnHolderSchema = z.object({ holderId: z.string(), name: z.string() });

/**
 * `rtsp`: this camera is reached by RTSP, which has no such commands. `off`: recorders are not received. `no_motor`: the ONVIF device or
 * the recorder says that it cannot be turned. `not_asked`: the ONVIF device is not known any more, or is not to be asked.
 */
export const cannotTurnCauses = ['rtsp', 'off', 'no_motor', 'not_asked'] as const;

export const turningSchema = z.object({
  cameraId,
  /** Left out: it can be turned, as far as is known. */
  cannotTurn: z.enum(cannotTurnCauses).optional(),
  /** Left out: nobody has it. */
  holder: turnHolderSchema.optional(),
  presets: z.array(presetSchema),
  /** Numbers that the camera uses by itself, as far as it was asked: they are left as they are. */
  foreignPresets: z.array(presetNumber),
  /** Views that the camera has by itself and that somebody took from the list; left out: there are none. */
  unlistedPresets: z.array(presetSchema).optional(),
});
export type Turning = z.output<typeof turningSchema>;

const camera = z.object({ cameraId });

export const turningRequests = {
  /** `holderId`: this desk in `holder`. */
  'turning:read': request({
    capability: 'cameras:turn',
    input: camera,
    output: turningSchema.extend({
      holderId: z.string(),
      /** Its focus cannot be set from here; left out: it can, as far as is known. */
      hasNoFocus: z.literal(true).optional(),
    }),
  }),
  /** Begins a move, or changes its direction. The camera stops unless the desk says every 200 ms that it goes on. */
  'turning:move': request({
    capability: 'cameras:turn',
    input: camera.extend({ moveId, motion: motionSchema }),
    output: z.object({}),
  }),
  'turning:keepMoving': request({
    capability: 'cameras:turn',
    input: camera.extend({ moveId }),
    output: z.object({}),
  }),
  'turning:stop': request({
    capability: 'cameras:turn',
    input: camera.extend({ moveId }),
    output: z.object({}),
  }),
  /** Takes the camera from the desk that has it, which sees by whom. */
  'turning:takeOver': request({ capability: 'cameras:override', input: camera, output: z.object({}) }),
  'turning:goToPreset': request({
    capability: 'cameras:turn',
    input: camera.extend({ number: presetNumber }),
    output: z.object({}),
  }),
  /**
   * The camera remembers its present view under the next free number, or under `number`, which a person chooses where the camera does not say
   * which numbers it uses: a view that an installer left under it is replaced.
   */
  'turning:savePreset': request({
    capability: 'cameras:turn',
    input: camera.extend({
      name: storableText.trim().min(1).max(30),
      number: presetNumber.optional(),
    }),
    output: z.object({ preset: presetSchema }),
  }),
  'turning:deletePreset': request({
    capability: 'cameras:turn',
    needs: 'step_up',
    input: camera.extend({ number: presetNumber }),
    output: z.object({}),
  }),
  /** Lists a view again that the camera has by itself and that was taken from the list. */
  'turning:relistPreset': request({
    capability: 'cameras:turn',
    writes: true,
    input: camera.extend({ number: presetNumber }),
    output: z.object({}),
  }),
};

export const turningNotices = {
  /** Another desk has the camera, nobody has it any more, or its presets changed. */
  'turning:changed': notice(turningSchema.omit({ cannotTurn: true }), {
    to: 'holders',
    capability: 'cameras:turn',
  }),
};
