import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import {
  maxWhipDevices,
  recorderLifeMs,
  type NewWhipDevice,
} from '../../../src-shared/bodycam/whip.protocol.ts';
import { idOfCommand } from '../../base/commandIds.ts';
import { createTurns } from '../../base/turns.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { BodyCamRoster } from './bodycam.ports.ts';
import type { WhipDeviceRecord, WhipRepository } from './whip.repository.ts';

/** Recorders and encoders that may send by WHIP. */
export interface WhipDevices {
  load(): Promise<void>;
  list(): WhipDeviceRecord[];
  device(deviceId: string): WhipDeviceRecord | undefined;
  /** `command` is the sender's, as `commandOf` gives it: sent again, it gives a new token for what it made before. */
  make(
    device: Omit<NewWhipDevice, 'commandId'>,
    actor: string,
    command?: string,
  ): Promise<Ack<OutputOf<'whip:makeDevice'>>>;
  /** Asked again it is answered the same. */
  remove(deviceId: string, actor: string): Promise<void>;
  /** A device begins to send: listed at once, stored soon after. */
  used(deviceId: string, address: string): void;
  /** Ends what expired devices send, as soon as they expire. */
  onExpired(listener: (deviceId: string) => void): void;
  /** Compared in constant time; an expired one opens nothing. */
  opens(device: WhipDeviceRecord, token: string): boolean;
  close(): void;
}

export function createWhipDevices(options: {
  repository: WhipRepository;
  roster: BodyCamRoster;
  nowMs(): number;
  onFault(error: unknown): void;
}): WhipDevices {
  const { repository, roster, nowMs } = options;
  const devices = new Map<string, WhipDeviceRecord>();
  const inTurn = createTurns();
  const expired = createListeners<[deviceId: string]>();
  let timer: Timer | undefined;
  /** Waits for the next device that expires. */
  const awaitExpiry = (): void => {
    timer?.cancel();
    const toCome = [...devices.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs());
    if (toCome.length === 0) return;
    const next = Math.min(...toCome.map(({ expiresAtMs }) => expiresAtMs));
    timer = startTimer(() => {
      for (const { deviceId, expiresAtMs } of toCome) if (expiresAtMs <= nowMs()) expired.notify(deviceId);
      awaitExpiry();
    }, next - nowMs());
  };
  return {
    async load() {
      for (const device of await repository.list()) devices.set(device.deviceId, device);
      awaitExpiry();
    },
    list: () => [...devices.values()],
    device: (deviceId) => devices.get(deviceId),
    make: ({ name, memberId }, actor, command) => {
      const deviceId = idOfCommand('wd_', command);
      return inTurn(deviceId, async () => {
        if (roster.member(memberId) === undefined) {
          return refuse('not_found', `There is no member ${memberId}. Add the member first.`, {
            reason: 'squads.no_such_member',
          });
        }
        const before = devices.get(deviceId);
        if (before !== undefined && !isUnused(before, { name, memberId })) {
          return refuse('conflict', `The recorder ${before.name} is made already, and is in use.`, {
            reason: 'bodycam.recorder_exists',
            name: before.name,
          });
        }
        if (before === undefined && devices.size >= maxWhipDevices) {
          return refuse('too_many', `There are ${maxWhipDevices} devices already. Remove one first.`, {
            reason: 'bodycam.too_many_recorders',
            limit: maxWhipDevices,
          });
        }
        const token = randomBytes(32).toString('base64url');
        const createdAtMs = nowMs();
        const device = { deviceId, name, memberId, createdAtMs, expiresAtMs: createdAtMs + recorderLifeMs };
        const record = { ...device, tokenHash: digest(token).toString('hex') };
        await repository.add(record, actor);
        // One that a command makes again may have been removed while this was written: removed it stays.
        if (before !== undefined && !devices.has(deviceId)) {
          return refuse('conflict', `The recorder ${before.name} was removed meanwhile. Make it again.`, {
            reason: 'bodycam.recorder_removed',
            name: before.name,
          });
        }
        devices.set(deviceId, record);
        awaitExpiry();
        return ok({ device, token, path: `/whip/${deviceId}` });
      });
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
    used(deviceId, address) {
      const device = devices.get(deviceId);
      if (device === undefined) return;
      const atMs = nowMs();
      devices.set(deviceId, { ...device, lastUsedAtMs: atMs, lastAddress: address });
      repository.used(deviceId, { atMs, address }).catch(options.onFault);
    },
    onExpired: (listener) => void expired.add(listener),
    opens: ({ tokenHash, expiresAtMs }, token) =>
      timingSafeEqual(digest(token), Buffer.from(tokenHash, 'hex')) && nowMs() < expiresAtMs,
    close: () => timer?.cancel(),
  };
}

/** Whether a repeated command may give this device a new token: it is what the command makes, and nobody has used the first one. */
function isUnused(
  device: WhipDeviceRecord,
  { name, memberId }: Pick<NewWhipDevice, 'name' | 'memberId'>,
): boolean {
  return device.name === name && device.memberId === memberId && device.lastUsedAtMs === undefined;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
