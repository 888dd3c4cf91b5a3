import { setTimeout as delay } from 'node:timers/promises';
import type { StreamStatus } from '../../src-shared/cameras/cameras.protocol.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import type { AuditViews } from '../features/audit/auditViews.service.ts';
import type { CameraDirectory } from '../features/cameras/cameraDirectory.ts';
import type { CamerasService } from '../features/cameras/cameras.service.ts';
import { createWhepSessions, type WhepSessions } from '../features/whep/whepSessions.ts';
import { createWhepRoutes } from '../http/whep/whepRoutes.ts';
import { createWhepMedia } from '../media/whep/whepMedia.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** A camera that is being opened says within this whether it has sound, or is offered without. Milliseconds. */
const describeLimitMs = 1_000;
const describeStepMs = 25;

/** Resolves when a stream that starts has said what it consists of, or takes too long for it. */
async function described(status: () => StreamStatus | undefined): Promise<void> {
  for (let waitedMs = 0; waitedMs < describeLimitMs; waitedMs += describeStepMs) {
    const { state, codec } = status() ?? {};
    if (state !== 'starting' || codec !== undefined) return;
    await delay(describeStepMs);
  }
}

/** Cameras for other systems of the city, by WHEP. */
export interface WhepFeature extends HubFeature {
  /** A key was revoked: what it receives ends at once. */
  keyEnded(keyId: string): void;
}

export function createWhepFeature(
  { cameraMedia, nowMs }: Drivers,
  parts: {
    cameras: {
      directory: CameraDirectory;
      cameras: Pick<CamerasService, 'openStream' | 'releaseShares' | 'listCameras' | 'status'>;
      onRegistryChanged(listener: () => void): void;
    };
    /** When a key ends, Unix milliseconds; undefined for one that is good no more. */
    keyEndsAtMs(keyId: string): number | undefined;
    views: Pick<AuditViews, 'opened' | 'closed'>;
  },
): WhepFeature {
  const { directory, cameras, onRegistryChanged } = parts.cameras;
  const share = (holder: string) => ({ holder, purpose: 'relay' }) as const;
  const mayTake = (principal: Principal, cameraId: string): boolean =>
    directory.camera(cameraId) !== undefined &&
    may(principal, 'cameras:relay', { district: directory.districtOf(cameraId) });
  const sessions: WhepSessions = createWhepSessions({
    media: createWhepMedia(cameraMedia, (connectionId, state) => sessions.pathChanged(connectionId, state)),
    cameras: {
      async open(connectionId, cameraId, stream) {
        const opened = await cameras.openStream(share(connectionId), cameraId, stream);
        if (opened.ok) {
          const { streamId } = opened.data;
          await described(() => cameras.status(streamId));
          return { ok: true, streamId };
        }
        const status = opened.code === 'not_found' ? 404 : 503;
        return { ok: false, status, code: opened.code, message: opened.message };
      },
      release: (connectionId) => cameras.releaseShares(share(connectionId)),
    },
    keyEndsAtMs: parts.keyEndsAtMs,
    mayTake,
    viewed(event, connectionId, principal, cameraId) {
      if (event === 'ended') return parts.views.closed(connectionId, 'whep:view', cameraId);
      parts.views.opened(connectionId, { actor: principal.name, principal }, 'whep:view', cameraId);
    },
    nowMs,
  });
  onRegistryChanged(() => sessions.keepOnly(mayTake));
  return {
    handlers: {},
    keyEnded: sessions.endKey,
    routes: (admit) => [
      createWhepRoutes({
        sessions,
        mayTake,
        admit,
        cameras: (principal) =>
          cameras
            .listCameras()
            .filter(({ cameraId }) => mayTake(principal, cameraId))
            .map(({ cameraId, cameraName, siteId, siteName, district }) => ({
              cameraId,
              cameraName,
              siteId,
              siteName,
              district,
            })),
      }),
    ],
    metrics: [
      {
        name: 'mingchu_whep_sessions',
        help: 'Cameras that other systems of the city receive now',
        read: () => sessions.count(),
      },
    ],
    close: sessions.close,
  };
}
