import { expect, it } from 'vitest';
import {
  lensStop,
  ptzMotion,
  ptzPreset,
  ptzStop,
} from '../../../../../../src-sfu/media/sources/gb28181/ptzCommand.ts';
import { atRest } from '../../../../../../src-shared/turning/motion.ts';
import { TurningCamera } from '../../../../../../src-sim/gb28181/turningCamera.ts';
import fc from '../../../../../support/properties.ts';

// Written down before this code, from real devices (design: gb28181.md, PTZ).
it.each([
  [ptzMotion({ ...atRest, pan: 0x40 / 255, tilt: 0x40 / 255 }), 'A50F01094040003E'],
  [ptzMotion({ ...atRest, zoom: 8 / 15 }), 'A50F011000008045'],
  [ptzMotion({ ...atRest, focus: -0x20 / 255 }), 'A50F014220000017'],
  [ptzStop, 'A50F0100000000B5'],
  [lensStop, 'A50F0140000000F5'],
  [ptzPreset('go', 1), 'A50F018200010038'],
  [ptzPreset('set', 1), 'A50F018100010037'],
  [ptzPreset('delete', 1), 'A50F018300010039'],
])('writes %s as devices know it', (written, known) => {
  expect(written).toBe(known);
});

it('30 keeps speeds within 0 to 255 and zoom within 0 to 15, whatever is asked', () => {
  const part = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.record({ pan: part, tilt: part, zoom: part, focus: fc.constant(0) }), (motion) => {
      const bytes = Buffer.from(ptzMotion(motion), 'hex');
      expect(bytes).toHaveLength(8);
      expect(bytes[7]).toBe(bytes.subarray(0, 7).reduce((sum, byte) => sum + byte, 0) & 0xff);
      expect((bytes[6] ?? 0) & 0x0f).toBe(0);
      // A part that moves has a speed, and one that rests has none.
      expect((bytes[4] ?? 0) > 0).toBe(motion.pan !== 0);
      expect((bytes[5] ?? 0) > 0).toBe(motion.tilt !== 0);
      expect((bytes[6] ?? 0) > 0).toBe(motion.zoom !== 0);
    }),
    { numRuns: 200 },
  );
});

it('turns a camera that reads the bytes, until it reads stop', () => {
  let now = 0;
  const camera = new TurningCamera(() => now);
  camera.command(ptzMotion({ ...atRest, pan: -1, tilt: 1, zoom: 1 }));
  now = 1_000;
  const { pan, tilt, zoom } = camera.pose;
  expect(pan).toBeLessThan(0.4);
  expect(tilt).toBeLessThan(0.4);
  expect(zoom).toBeGreaterThan(0.2);
  camera.command(ptzStop);
  expect(camera.isMoving).toBe(false);
  now = 2_000;
  expect(camera.pose).toEqual({ pan, tilt, zoom });
  expect(camera.command('A50F0100000000B6')).toBe(false);
});
