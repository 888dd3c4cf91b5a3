import { afterEach, describe, expect, it } from 'vitest';
import type { TurnHead } from '../../../../../../src-sfu/features/turning/turning.ports.ts';
import { onvifTurnHeads } from '../../../../../../src-sfu/media/sources/onvif/onvifTurning.ts';
import type { OnvifDevice } from '../../../../../../src-sim/onvif/onvifDevice.ts';
import type { OnvifHabits } from '../../../../../../src-sim/onvif/onvifHabits.ts';
import { TurningHead } from '../../../../../../src-sim/turning/turningHead.ts';
import { atRest } from '../../../../../../src-shared/turning/motion.ts';
import { clientOf, deviceSettings, openDevice } from '../../../../../support/onvifDevices.ts';

const url = 'onvif://d1/V1_main';
const devices: OnvifDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
});

/** A camera that turns, and its head at the hub. */
async function turning(habits: OnvifHabits = {}): Promise<{
  device: OnvifDevice;
  motor: TurningHead;
  head: TurnHead;
  tokens: Map<number, string>;
  stop(): Promise<boolean>;
}> {
  const motor = new TurningHead();
  const sources = deviceSettings().sources.map((source) => ({ ...source, head: motor }));
  const device = await openDevice({ sources }, habits);
  devices.push(device);
  const client = clientOf(device);
  const tokens = new Map<number, string>();
  const heads = onvifTurnHeads(
    {
      devices: {
        clientOf: (deviceId) => (deviceId === 'd1' ? client : undefined),
        earTokenOf: (_deviceId: string, profileToken: string) => profileToken,
        turnTokenOf: (_deviceId, profileToken) => (profileToken === 'V1_main' ? 'V1_main' : undefined),
        reported: () => undefined,
      },
    },
    {
      tokenOf: (_deviceId, _turnToken, number) => tokens.get(number),
      keep: (_deviceId, _turnToken, number, token) => Promise.resolve(void tokens.set(number, token)),
      drop: (_deviceId, _turnToken, number) => Promise.resolve(void tokens.delete(number)),
    },
  );
  expect(heads.whyNot('onvif://d1/V1_sub')).toBe('no_motor');
  expect(heads.headOf('onvif://d2/V1_main')).toBeUndefined();
  expect(heads.whyNot('onvif://d2/V1_main')).toBe('not_asked');
  expect(heads.whyNot(url)).toBeUndefined();
  const head = heads.headOf(url);
  if (head === undefined) throw new Error('it cannot be turned');
  return { device, motor, head, tokens, stop: () => head.stop(new AbortController().signal) };
}

describe('a camera that is turned by ONVIF', () => {
  it('moves the way it is asked to, is not asked again at each word of the desk, and stops', async () => {
    const { device, motor, head, stop } = await turning({ ignoresTimeout: true });
    for (let word = 0; word < 5; word += 1) head.drive({ ...atRest, pan: -0.5, tilt: 0.5 });
    await expect.poll(() => motor.isMoving).toBe(true);
    const { pan, tilt } = motor.pose;
    await expect.poll(() => motor.pose.pan).toBeLessThan(pan);
    expect(motor.pose.tilt).toBeLessThan(tilt);
    expect(device.received.filter((name) => name === 'ContinuousMove').length).toBeLessThan(3);
    expect(await stop()).toBe(true);
    expect(motor.isMoving).toBe(false);
    expect(device.received).toContain('Stop');
  });

  it.each(['refused', 'unknown', 'ignored'] as const)('stands still where Stop is %s', async (word) => {
    const { motor, head, stop } = await turning({ ignoresTimeout: true, stop: word });
    head.drive({ ...atRest, pan: 1 });
    await expect.poll(() => motor.isMoving).toBe(true);
    expect(await stop()).toBe(true);
    expect(motor.isMoving).toBe(false);
  });

  it('is stopped at once while it has not answered the move, and again for the case that it does it late', async () => {
    const { device, motor, head, stop } = await turning({ ignoresTimeout: true, slowMoveMs: 300 });
    head.drive({ ...atRest, pan: 1 });
    await expect.poll(() => device.received).toContain('ContinuousMove');
    const startedAtMs = performance.now();
    const stopping = stop();
    await expect.poll(() => device.received).toContain('Stop');
    expect(performance.now() - startedAtMs).toBeLessThan(250);
    expect(await stopping).toBe(true);
    expect(device.received.filter((name) => name === 'Stop').length).toBeGreaterThan(1);
    expect(motor.isMoving).toBe(false);
  });

  it('is moved and stopped also where it has no zoom and refuses a move that names one', async () => {
    const { motor, head, stop } = await turning({ ignoresTimeout: true, withoutZoom: true, stop: 'unknown' });
    expect(head.hasNoFocus).toBe(true);
    head.drive({ ...atRest, pan: 1 });
    await expect.poll(() => motor.isMoving).toBe(true);
    expect(await stop()).toBe(true);
    expect(motor.isMoving).toBe(false);
  });

  it('stands still after a zoom where it does not know Stop, also by a hub that did not send the zoom', async () => {
    const { motor, head, stop } = await turning({ ignoresTimeout: true, stop: 'unknown' });
    head.drive({ ...atRest, zoom: 1 });
    await expect.poll(() => motor.isMoving).toBe(true);
    expect(await stop()).toBe(true);
    expect(motor.isMoving).toBe(false);
    motor.move({ pan: 0, tilt: 0, zoom: 1 });
    expect(await stop()).toBe(true);
    expect(motor.isMoving).toBe(false);
  });

  it('does not turn on while only the key of the focus, which it does not have, is still held', async () => {
    const { device, motor, head, stop } = await turning({ ignoresTimeout: true });
    head.drive({ ...atRest, focus: 1 });
    head.drive({ ...atRest, pan: 1 });
    await expect.poll(() => motor.isMoving).toBe(true);
    head.drive({ ...atRest, pan: 1, focus: 1 });
    head.drive({ ...atRest, focus: 1 });
    await expect.poll(() => motor.isMoving).toBe(false);
    expect(device.received).not.toContain('Stop');
    expect(await stop()).toBe(true);
    head.drive({ ...atRest, focus: 1 });
    expect(motor.isMoving).toBe(false);
  });

  it('has not confirmed its stop when it is not there', async () => {
    const { device, stop } = await turning();
    await device.close();
    expect(await stop()).toBe(false);
  });

  it('keeps presets under its own words, also after it forgot them', async () => {
    const { device, head, tokens } = await turning();
    expect(await head.goToPreset(3)).toBe(false);
    expect(await head.setPreset(3)).toBe(true);
    expect(tokens.get(3)).toBe('preset1');
    expect(await head.setPreset(3)).toBe(true);
    expect(await head.goToPreset(3)).toBe(true);
    tokens.set(3, 'long gone');
    expect(await head.goToPreset(3)).toBe(false);
    expect(await head.setPreset(3)).toBe(true);
    expect(tokens.get(3)).toBe('preset2');
    tokens.set(4, 'long gone');
    expect(await head.deletePreset(4)).toBe(true);
    expect(await head.deletePreset(3)).toBe(true);
    expect([...tokens]).toEqual([]);
    expect(device.received).toContain('RemovePreset');
  });

  it('keeps a preset that it refuses to remove, and this is not taken for removed', async () => {
    const { head, tokens } = await turning({ keepsPresets: true });
    expect(await head.setPreset(3)).toBe(true);
    expect(await head.deletePreset(3)).toBe(false);
    expect(tokens.get(3)).toBe('preset1');
  });

  it('says which views it has besides ours, in its own words, and goes to one of them by a number', async () => {
    const { device, motor, head, tokens } = await turning();
    const installer = clientOf(device);
    const set = (name: string) =>
      installer.call('ptz', {
        operation: 'SetPreset',
        body: `<tptz:SetPreset><tptz:ProfileToken>V1_main</tptz:ProfileToken><tptz:PresetName>${name}</tptz:PresetName></tptz:SetPreset>`,
      });
    motor.goTo({ pan: 0.9, tilt: 0.1, zoom: 0 });
    await set('灶台');
    motor.goTo({ pan: 0.1, tilt: 0.9, zoom: 0 });
    expect(await head.setPreset(1)).toBe(true);
    expect(await head.ownViews?.list()).toEqual([
      { token: 'preset1', name: '灶台' },
      { token: 'preset2', name: 'P1', number: 1 },
    ]);
    expect(head.ownViews?.hasNumber(2)).toBe(false);
    await head.ownViews?.giveNumber(2, 'preset1');
    expect(head.ownViews?.hasNumber(2)).toBe(true);
    expect(await head.ownViews?.list()).toMatchObject([{ number: 2 }, { number: 1 }]);
    expect(await head.goToPreset(2)).toBe(true);
    expect(motor.pose.pan).toBeCloseTo(0.9);
    expect([...tokens.keys()].toSorted()).toEqual([1, 2]);
    await head.ownViews?.dropNumber(2);
    expect(await head.ownViews?.list()).toEqual([
      { token: 'preset1', name: '灶台' },
      { token: 'preset2', name: 'P1', number: 1 },
    ]);
    await device.close();
    expect(await head.ownViews?.list()).toBeUndefined();
  });
});
