import { ok } from '../../../src-shared/protocol/define.ts';
import { can, roleOfSurface } from '../../../src-shared/session/roles.ts';
import type { Snapshot } from '../../../src-shared/session/session.protocol.ts';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { WorkerDescription } from '../../../src-shared/media/media.protocol.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';

export interface SessionHandlersOptions {
  hub: { id: string; version: string; startedAtMs: number };
  workers(): WorkerDescription[];
  wallSnapshot(screenId: string): WallSnapshot;
  listCameras(): CameraView[];
  defaultScreenId: string;
  nowMs(): number;
}

/** Joining: who the surface is, and everything it needs to draw itself once. */
export function createSessionHandlers(options: SessionHandlersOptions): RequestHandlers<'session:join'> {
  return {
    'session:join': (context, { surface, screenId = options.defaultScreenId }) => {
      const role = roleOfSurface[surface];
      context.identity = { surface, role, screenId };
      const snapshot: Snapshot = {
        hub: { ...options.hub, nowMs: options.nowMs() },
        role,
        workers: can(role, 'media:receive') ? options.workers() : [],
        ...(can(role, 'wall:view') ? { wall: options.wallSnapshot(screenId) } : {}),
        ...(can(role, 'wall:drive') ? { registry: options.listCameras() } : {}),
      };
      return ok({ snapshot, sequence: context.lastSequence() });
    },
  };
}
