import { bodyCamMemberId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { AuditViews, Viewer } from './auditViews.service.ts';

/** What the views of cameras are recorded with. */
export interface ViewWatch {
  views: Pick<AuditViews, 'opened' | 'closed'>;
  viewerOf(context: SurfaceContext): Viewer;
  /** Whether a screen of the wall shows this camera now, or is getting ready to. */
  isOnScreen(screenId: string, cameraId: string): boolean;
  /** The alert that a finding comes from: a site is not sent its id. */
  alertOfFinding(findingId: string): Promise<string | undefined>;
}

/**
 * Wraps the handlers, so that each camera that a person or a site opens and closes, each last picture of one, and each snapshot that a desk
 * or a site opens, is in the log. The content of the wall's screens is in the log by the commands that chose it, and that somebody looks at a screen by the view of that screen: at such a
 * page, only other cameras count.
 */
export function watchedHandlers(
  handlers: RequestHandlers,
  { views, viewerOf, isOnScreen, alertOfFinding }: ViewWatch,
): RequestHandlers {
  /** The camera of each stream. */
  const opened = new WeakMap<SurfaceContext, Map<string, string>>();
  const isRecorded = ({ identity }: SurfaceContext, cameraId: string): boolean => {
    if (identity === undefined) return false;
    const { surface, principal, screenId = '' } = identity;
    if (surface === 'desk') return true;
    if (surface === 'wall' && principal.openedBy !== undefined) return !isOnScreen(screenId, cameraId);
    return principal.kind === 'person' || principal.kind === 'site';
  };
  const openedBy = (context: SurfaceContext, cameraId: string, streamId: string): void => {
    if (!isRecorded(context, cameraId)) return;
    const { action, subject } = thingOf(cameraId);
    const cameras = opened.get(context) ?? new Map<string, string>();
    // A stream that is asked for again is the same share in it.
    if (cameras.has(streamId)) return;
    opened.set(context, cameras.set(streamId, cameraId));
    views.opened(context.connectionId, viewerOf(context), action, subject);
  };
  /** A picture has no end of its being viewed: what is opened again soon is the same view. */
  const glanced = (context: SurfaceContext, surface: 'desk' | 'site', alertId: string): void => {
    if (context.identity?.surface !== surface) return;
    views.opened(context.connectionId, viewerOf(context), 'alerts:viewSnapshot', alertId);
    views.closed(context.connectionId, 'alerts:viewSnapshot', alertId);
  };
  return {
    ...handlers,
    async 'alerts:getSnapshot'(context, input) {
      const answer = await handlers['alerts:getSnapshot'](context, input);
      if (answer.ok && answer.data.state === 'ready') glanced(context, 'desk', input.alertId);
      return answer;
    },
    async 'findings:getPictures'(context, input) {
      const answer = await handlers['findings:getPictures'](context, input);
      const alertId = answer.ok && answer.data.before !== undefined ? answer.data.alertId : undefined;
      if (alertId !== undefined) glanced(context, 'desk', alertId);
      return answer;
    },
    async 'sites:getAlertPicture'(context, input) {
      const answer = await handlers['sites:getAlertPicture'](context, input);
      if (answer.ok && answer.data.state === 'ready') glanced(context, 'site', input.alertId);
      return answer;
    },
    async 'findings:getOwnPictures'(context, input) {
      const answer = await handlers['findings:getOwnPictures'](context, input);
      if (!answer.ok || answer.data.before === undefined) return answer;
      const alertId = await alertOfFinding(input.findingId);
      if (alertId !== undefined) glanced(context, 'site', alertId);
      return answer;
    },
    async 'cameras:getPoster'(context, { cameraId }) {
      const answer = await handlers['cameras:getPoster'](context, { cameraId });
      if (!answer.ok || answer.data.keyPicture === undefined || !isRecorded(context, cameraId)) return answer;
      // With a stream that is opened soon after it is one view.
      const { action, subject } = thingOf(cameraId);
      views.opened(context.connectionId, viewerOf(context), action, subject);
      views.closed(context.connectionId, action, subject);
      return answer;
    },
    async 'cameras:openStream'(context, input) {
      const answer = await handlers['cameras:openStream'](context, input);
      if (answer.ok) openedBy(context, input.cameraId, answer.data.streamId);
      return answer;
    },
    async 'cameras:openStreams'(context, input) {
      const answer = await handlers['cameras:openStreams'](context, input);
      if (answer.ok) {
        for (const [index, one] of answer.data.answers.entries()) {
          const cameraId = input.streams[index]?.cameraId;
          if (one.ok && cameraId !== undefined) openedBy(context, cameraId, one.data.streamId);
        }
      }
      return answer;
    },
    async 'cameras:closeStream'(context, input) {
      const answer = await handlers['cameras:closeStream'](context, input);
      const cameraId = opened.get(context)?.get(input.streamId);
      if (answer.ok && cameraId !== undefined) {
        opened.get(context)?.delete(input.streamId);
        const { action, subject } = thingOf(cameraId);
        views.closed(context.connectionId, action, subject);
      }
      return answer;
    },
  };
}

function thingOf(cameraId: string): { action: string; subject: string } {
  const memberId = bodyCamMemberId(cameraId);
  return memberId === undefined
    ? { action: 'cameras:view', subject: cameraId }
    : { action: 'bodycam:view', subject: memberId };
}
