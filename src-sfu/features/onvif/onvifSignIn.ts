import type { OnvifDeviceState } from '../../../src-shared/onvif/onvif.protocol.ts';
import { inParallel } from '../../base/inParallel.ts';
import type { Sequence } from '../../base/sequence.ts';
import type { OnvifRepository } from './onvif.repository.ts';
import type { KnownDevice, OnvifBook } from './onvifBook.ts';

/** Devices at which a password is tried at the same time. */
const maxTried = 64;

/**
 * Tries a password on these devices. Where it is right, it is kept, sealed, before this resolves. `seen`: by their ids the certificates that
 * the person saw; the password is shown to no other.
 */
export type OnvifSignIn = (
  deviceIds: readonly string[],
  credentials: { username: string; password: string },
  actor: string,
  seen?: ReadonlyMap<string, string>,
) => Promise<{ ready: string[]; failed: { deviceId: string; state: OnvifDeviceState }[] }>;

type Tried = Awaited<ReturnType<OnvifBook['tryPassword']>>;

/** Signs in to devices: the tries are made beside everything else, only what was right is written in its turn. */
export function createOnvifSignIn(parts: {
  book: OnvifBook;
  repository: Pick<OnvifRepository, 'save'>;
  sequence: Pick<Sequence, 'exclusive'>;
  isClosed(): boolean;
  touched(): void;
  nowMs(): number;
}): OnvifSignIn {
  const { book, repository, sequence, isClosed, touched, nowMs } = parts;
  /** A device whose number shows that it is a stored one elsewhere is that one from now on. What a person set stays. */
  const asMoved = (device: KnownDevice, tried: Tried): { device: KnownDevice; tried: Tried } => {
    const moved = book.movedHere(device, tried.record);
    const { alertsOnMotion = false } = (moved ?? device).record;
    if (moved === undefined)
      return { device, tried: { ...tried, record: { ...tried.record, alertsOnMotion } } };
    const { deviceId, name, endpoint, foundBy } = moved.record;
    const kept = { deviceId, name, foundBy, alertsOnMotion };
    const record = { ...tried.record, ...kept, endpoint: endpoint ?? tried.record.endpoint };
    return { device: moved, tried: { ...tried, record } };
  };
  return async (deviceIds, credentials, actor, seen) => {
    const failed: { deviceId: string; state: OnvifDeviceState }[] = [];
    const right: { deviceId: string; device: KnownDevice; tried: Tried }[] = [];
    // Some devices do not answer for a long time: nobody waits for them who writes something else, or ends the hub.
    await inParallel([...new Set(deviceIds)], maxTried, async (deviceId) => {
      const device = book.find(deviceId);
      if (device === undefined || isClosed()) return void failed.push({ deviceId, state: 'silent' });
      const tried = await book.tryPassword(device, credentials, seen?.get(deviceId));
      if (tried.state === 'ready') return void right.push({ deviceId, device, tried });
      failed.push({ deviceId, state: tried.state });
      // One that a right password is kept for stays as it is.
      if (device.record.credentials === undefined && device.state !== 'ready') device.state = tried.state;
    });
    return sequence.exclusive(async () => {
      const passed: { device: KnownDevice; tried: Tried }[] = [];
      for (const { deviceId, device, tried } of right)
        // It may have been forgotten meanwhile.
        if (isClosed() || book.find(deviceId) !== device) failed.push({ deviceId, state: 'silent' });
        else passed.push(asMoved(device, tried));
      const records = passed.map(({ tried }) => tried.record);
      if (records.length > 0)
        await repository.save(records, { action: 'onvif:signIn', actor, atMs: nowMs() });
      for (const { device, tried } of passed) book.signedIn(device, tried.record, tried.client);
      touched();
      return { ready: records.map(({ deviceId }) => deviceId), failed };
    });
  };
}
