import type { AlertMarksSnapshot, AlertsSnapshot } from '../../../src-shared/alerts/alerts.protocol.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import { can, roleOfSurface } from '../../../src-shared/session/roles.ts';
import type { Snapshot } from '../../../src-shared/session/session.protocol.ts';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { WorkerDescription } from '../../../src-shared/media/media.protocol.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';

export interface SessionHandlersOptions {
  hub: { id: string; version: string; startedAtMs: number };
  workers(): WorkerDescription[];
  wallSnapshot(screenId: string): WallSnapshot;
  wallScreens(): WallSnapshot[];
  wallLibrary(): WallLibrary;
  /** A surface that may see the wall joined, before its snapshot is made. */
  wallViewerJoined(viewer: {
    connectionId: string;
    showsScreenId: string | undefined;
    drives: boolean;
  }): void;
  listCameras(): CameraView[];
  alertsSnapshot(): AlertsSnapshot;
  alertMarks(): AlertMarksSnapshot;
  defaultScreenId: string;
  nowMs(): number;
}

/** Joining: who the surface is, and everything it needs to draw itself once. */
export function createSessionHandlers(options: SessionHandlersOptions): RequestHandlers<'session:join'> {
  return {
    'session:join': (context, { surface, screenId = options.defaultScreenId, officer }) => {
      const role = roleOfSurface[surface];
      context.identity = { surface, role, screenId, ...(officer === undefined ? {} : { officer }) };
      const drives = can(role, 'wall:drive');
      if (can(role, 'wall:view')) {
        const showsScreenId = surface === 'wall' ? screenId : undefined;
        options.wallViewerJoined({ connectionId: context.connectionId, showsScreenId, drives });
      }
      const snapshot: Snapshot = {
        hub: { ...options.hub, nowMs: options.nowMs() },
        role,
        workers: can(role, 'media:receive') ? options.workers() : [],
        ...(can(role, 'wall:view') ? { wall: options.wallSnapshot(screenId) } : {}),
        ...(can(role, 'alerts:view')
          ? { alerts: options.alertsSnapshot() }
          : can(role, 'alerts:see')
            ? { alertMarks: options.alertMarks() }
            : {}),
        ...(drives
          ? {
              screens: options.wallScreens(),
              library: options.wallLibrary(),
              registry: options.listCameras(),
            }
          : {}),
      };
      return ok({ snapshot, sequence: context.lastSequence() });
    },
  };
}
