import { createListeners } from '../../src-shared/listeners.ts';
import type { FastifyPluginCallback } from 'fastify';
import type { WhipDevice } from '../../src-shared/bodycam/whip.protocol.ts';
import { worksForSquad, type Scope } from '../../src-shared/session/principal.ts';
import type { Denial } from '../base/denial.ts';
import type { Roster } from '../features/squads/roster.ts';
import { createWhipHandlers } from '../features/bodycam/whip.handlers.ts';
import { createWhipDevices, type WhipDevices } from '../features/bodycam/whipDevices.ts';
import { createWhipSessions, type WhipSessions } from '../features/bodycam/whipSessions.ts';
import { createWhipAdminRoutes } from '../http/bodycam/whipAdminRoutes.ts';
import { createWhipRoutes } from '../http/bodycam/whipRoutes.ts';
import type { Admit } from '../http/httpServer.ts';
import type { Logger } from '../logger.ts';
import type { SendingMedia } from '../media/sendingMedia.ts';
import { createWhipMedia } from '../media/whip/whipMedia.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { Store } from '../storage/database.ts';
import { createWhipRepository } from '../storage/whip.sql.ts';

/** The recorders and encoders of one hub. */
export interface WhipPart extends Pick<
  WhipSessions,
  'endMember' | 'endConnection' | 'isLive' | 'pathChanged' | 'close'
> {
  /** Whose recorder it is. */
  memberOfDevice(deviceId: string): string | undefined;
  handlers: ReturnType<typeof createWhipHandlers>;
  routes(admit: Admit): FastifyPluginCallback[];
  announceTo(surfaces: Signaling): void;
}

export interface WhipPartOptions {
  store: Store;
  roster: Roster;
  sending: SendingMedia;
  /** The connection that sends a member's picture now. */
  senderOf(memberId: string): string | undefined;
  /** A device ended its picture itself. */
  stopped(memberId: string): void;
  /** A token was missing or wrong, or the device is not known. */
  denied(denial: Denial): void;
  logger: Logger;
  nowMs(): number;
}

/** Composes recorders and encoders, and loads the stored devices. */
export async function startWhip(options: WhipPartOptions): Promise<WhipPart> {
  const { store, roster, sending, senderOf, stopped, logger, nowMs } = options;
  const devices = createWhipDevices({
    repository: createWhipRepository(store),
    roster,
    nowMs,
    onFault: (error) =>
      logger.warn(
        { err: error },
        'the time of last use of a body-worn camera could not be stored; the camera itself works',
      ),
  });
  await devices.load();
  const devicesChanged = createListeners();
  const changed = devicesChanged.notify;
  const sessions = createWhipSessions({
    media: createWhipMedia(sending),
    isKnown: (deviceId) => devices.device(deviceId) !== undefined,
    hasMember: (memberId) => roster.member(memberId) !== undefined,
    senderOf,
    stopped,
    changed,
    nowMs,
  });
  const list = (): WhipDevice[] =>
    devices.list().map(({ tokenHash: _hash, ...device }) => {
      const live = sessions.live(device.deviceId);
      return live === undefined ? device : { ...device, live };
    });
  const make: WhipDevices['make'] = async (device, actor, command) => {
    const made = await devices.make(device, actor, command);
    if (made.ok) changed();
    return made;
  };
  const remove = async (deviceId: string, actor: string): Promise<void> => {
    const removed = devices.remove(deviceId, actor);
    sessions.endDevice(deviceId);
    changed();
    await removed;
  };
  devices.onExpired((deviceId) => {
    sessions.endDevice(deviceId);
    changed();
  });
  roster.onNews(({ removed }) => {
    for (const { memberId } of removed) {
      // A member who only moved to another squad keeps the recorder.
      if (roster.member(memberId) !== undefined) continue;
      for (const device of devices.list().filter((one) => one.memberId === memberId)) {
        remove(device.deviceId, 'hub').catch((error: unknown) => {
          logger.error(
            { err: error, deviceId: device.deviceId },
            'a body-worn camera without a member could not be removed',
          );
        });
      }
    }
  });

  const seenBy = (scope: Scope): WhipDevice[] =>
    list().filter(({ memberId }) => worksForSquad(scope, roster.member(memberId)?.squadId));

  return {
    memberOfDevice: (deviceId) => devices.device(deviceId)?.memberId,
    handlers: createWhipHandlers({ make, list: seenBy, remove }),
    endMember: sessions.endMember,
    endConnection: sessions.endConnection,
    isLive: sessions.isLive,
    pathChanged: sessions.pathChanged,
    close() {
      devices.close();
      return sessions.close();
    },
    routes: (admit) => [
      createWhipRoutes({ devices, sessions, denied: options.denied }),
      createWhipAdminRoutes({
        make,
        list: seenBy,
        remove,
        squadOfMember: (memberId) => roster.member(memberId)?.squadId,
        admit,
      }),
    ],
    announceTo(surfaces) {
      devicesChanged.add(() =>
        surfaces.broadcastFor('whip:devicesChanged', ({ scope }) => ({ devices: seenBy(scope) })),
      );
    },
  };
}
