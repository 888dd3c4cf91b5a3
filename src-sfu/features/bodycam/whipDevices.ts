import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { maxWhipDevices, type NewWhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';
import type { BodyCamRoster } from './bodycam.ports.ts';
import type { WhipDeviceRecord, WhipRepository } from './whip.repository.ts';

/** Recorders and encoders that may send by WHIP. */
export interface WhipDevices {
  load(): Promise<void>;
  list(): WhipDeviceRecord[];
  device(deviceId: string): WhipDeviceRecord | undefined;
  make(device: NewWhipDevice, actor: string): Promise<Ack<OutputOf<'whip:makeDevice'>>>;
  /** Asked again it is answered the same. */
  remove(deviceId: string, actor: string): Promise<void>;
  /** Compared in constant time. */
  opens(device: WhipDeviceRecord, token: string): boolean;
}

export function createWhipDevices(options: {
  repository: WhipRepository;
  roster: BodyCamRoster;
  nowMs(): number;
}): WhipDevices {
  const { repository, roster, nowMs } = options;
  const devices = new Map<string, WhipDeviceRecord>();
  return {
    async load() {
      for (const device of await repository.list()) devices.set(device.deviceId, device);
    },
    list: () => [...devices.values()],
    device: (deviceId) => devices.get(deviceId),
    async make({ name, memberId }, actor) {
      if (roster.member(memberId) === undefined) {
        return refuse('not_found', `There is no member ${memberId}. Add the member first.`, {
          reason: 'squads.no_such_member',
        });
      }
      if (devices.size >= maxWhipDevices) {
        return refuse('too_many', `There are ${maxWhipDevices} devices already. Remove one first.`, {
          reason: 'bodycam.too_many_recorders',
          limit: maxWhipDevices,
        });
      }
      const deviceId = `wd_${randomBytes(9).toString('base64url')}`;
      const token = randomBytes(32).toString('base64url');
      const device = { deviceId, name, memberId, createdAtMs: nowMs() };
      const record = { ...device, tokenHash: digest(token).toString('hex') };
      await repository.add(record, actor);
      devices.set(deviceId, record);
      return ok({ device, token, path: `/whip/${deviceId}` });
    },
    async remove(deviceId, actor) {
      const record = devices.get(deviceId);
      if (record === undefined) return;
      // The token is refused from this moment.
      devices.delete(deviceId);
      try {
        await repository.remove(deviceId, actor, nowMs());
      } catch (error) {
        // The device is still in the database and would return after a restart, so it is listed again and can be removed again.
        devices.set(deviceId, record);
        throw error;
      }
    },
    opens: ({ tokenHash }, token) => timingSafeEqual(digest(token), Buffer.from(tokenHash, 'hex')),
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
