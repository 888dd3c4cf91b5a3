import type { AlertMarksSnapshot, AlertsSnapshot } from '../../../src-shared/alerts/alerts.protocol.ts';
import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { can, roleOfSurface } from '../../../src-shared/session/roles.ts';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { WorkerDescription } from '../../../src-shared/media/media.protocol.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';

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
  /** Whose phone has this token. */
  memberOf(token: string): string | undefined;
  /** A surface said who it is, before its snapshot is made. */
  joined(context: SurfaceContext): void;
  /** What a surface is told of squads and talk. */
  squadsSnapshot(context: SurfaceContext): Pick<Snapshot, 'squads' | 'talk'>;
  defaultScreenId: string;
  nowMs(): number;
}

/** Joining: who the surface is, and everything it needs to draw itself once; and the sign of life of the connection. */
export function createSessionHandlers(
  options: SessionHandlersOptions,
): RequestHandlers<'session:join' | 'session:checkLink'> {
  return {
    'session:join': (context, { surface, screenId = options.defaultScreenId, officer, memberToken }) => {
      if (context.isPhoneOnly && surface !== 'field') {
        return refuse('forbidden', 'A phone may only open the field page. Use the access link for others.');
      }
      const memberId = memberToken === undefined ? undefined : options.memberOf(memberToken);
      if (surface === 'field' && memberToken !== undefined && memberId === undefined) {
        return refuse('forbidden', 'This phone was signed out. Sign in with a new code of the desk.');
      }
      const isMember = surface === 'field' && memberId !== undefined;
      const role = surface === 'field' && !isMember ? 'visitor' : roleOfSurface[surface];
      context.identity = {
        surface,
        role,
        screenId,
        ...(officer === undefined ? {} : { officer }),
        ...(isMember ? { member: { memberId } } : {}),
      };
      options.joined(context);
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
        ...options.squadsSnapshot(context),
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
    'session:checkLink': () => ok({}),
  };
}
