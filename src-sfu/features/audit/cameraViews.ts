import { bodyCamMemberId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import type { SurfaceContext } from '../../signaling/handlers.ts';
import type { AuditViews, Viewer } from './auditViews.service.ts';

/** What the views of cameras are recorded with. */
export interface CameraViewsOptions {
  views: Pick<AuditViews, 'opened' | 'closed'>;
  viewerOf(context: SurfaceContext): Viewer;
  /** Whether a screen of the wall shows this camera now, or is getting ready to. */
  isOnScreen(screenId: string, cameraId: string): boolean;
}

/**
 * The cameras that a person or a site opens and closes, in the log. The content of the wall's screens is in the log by the commands that chose
 * it, and that somebody looks at a screen by the view of that screen: at such a page, only other cameras count.
 */
export interface CameraViews {
  /** The surface has a share in a stream of the camera. A stream that it opens again is the same share in it. */
  opened(context: SurfaceContext, cameraId: string, streamId: string): void;
  closed(context: SurfaceContext, streamId: string): void;
  /** It was sent one picture of the camera. */
  glanced(context: SurfaceContext, cameraId: string): void;
}

export function createCameraViews({ views, viewerOf, isOnScreen }: CameraViewsOptions): CameraViews {
  /** The camera of each stream. */
  const opened = new WeakMap<SurfaceContext, Map<string, string>>();
  const isRecorded = ({ identity }: SurfaceContext, cameraId: string): boolean => {
    if (identity === undefined) return false;
    const { surface, principal, screenId = '' } = identity;
    if (surface === 'desk') return true;
    if (surface === 'wall' && principal.openedBy !== undefined) return !isOnScreen(screenId, cameraId);
    return principal.kind === 'person' || principal.kind === 'site';
  };
  return {
    opened(context, cameraId, streamId) {
      if (!isRecorded(context, cameraId)) return;
      const { action, subject } = thingOf(cameraId);
      const cameras = opened.get(context) ?? new Map<string, string>();
      if (cameras.has(streamId)) return;
      opened.set(context, cameras.set(streamId, cameraId));
      views.opened(context.connectionId, viewerOf(context), action, subject);
    },
    closed(context, streamId) {
      const cameraId = opened.get(context)?.get(streamId);
      if (cameraId === undefined) return;
      opened.get(context)?.delete(streamId);
      const { action, subject } = thingOf(cameraId);
      views.closed(context.connectionId, action, subject);
    },
    glanced(context, cameraId) {
      if (!isRecorded(context, cameraId)) return;
      // With a stream that is opened soon after it is one view.
      const { action, subject } = thingOf(cameraId);
      views.opened(context.connectionId, viewerOf(context), action, subject);
      views.closed(context.connectionId, action, subject);
    },
  };
}

function thingOf(cameraId: string): { action: string; subject: string } {
  const memberId = bodyCamMemberId(cameraId);
  return memberId === undefined
    ? { action: 'cameras:view', subject: cameraId }
    : { action: 'bodycam:view', subject: memberId };
}
