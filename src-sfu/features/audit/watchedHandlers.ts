import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { AuditViews, Viewer } from './auditViews.service.ts';
import type { CameraViews } from './cameraViews.ts';

/** What is viewed is recorded with these. */
export interface ViewWatch {
  views: Pick<AuditViews, 'opened' | 'closed'>;
  viewerOf(context: SurfaceContext): Viewer;
  cameras: Pick<CameraViews, 'closed' | 'glanced'>;
  /** The alert that a finding comes from: a site is not sent its id. */
  alertOfFinding(findingId: string): Promise<string | undefined>;
}

/**
 * Wraps the handlers, so that each camera that a person or a site closes, each last picture of one, each picture of an ONVIF device that is
 * looked for, and each snapshot that a desk or a site opens, is in the log. That a camera is opened is recorded where the surface gets its share (cameraViews.ts).
 */
export function watchedHandlers(
  handlers: RequestHandlers,
  { views, viewerOf, cameras, alertOfFinding }: ViewWatch,
): RequestHandlers {
  /** A picture has no end of its being viewed: what is opened again soon is the same view. */
  const sawPicture = (context: SurfaceContext, action: string, subject: string): void => {
    views.opened(context.connectionId, viewerOf(context), action, subject);
    views.closed(context.connectionId, action, subject);
  };
  const glanced = (context: SurfaceContext, surface: 'desk' | 'site', alertId: string): void => {
    if (context.identity?.surface === surface) sawPicture(context, 'alerts:viewSnapshot', alertId);
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
      if (answer.ok && answer.data.keyPicture !== undefined) cameras.glanced(context, cameraId);
      return answer;
    },
    async 'onvif:readPicture'(context, input) {
      const answer = await handlers['onvif:readPicture'](context, input);
      if (answer.ok && answer.data.picture !== null) sawPicture(context, 'onvif:readPicture', input.deviceId);
      return answer;
    },
    async 'cameras:closeStream'(context, input) {
      const answer = await handlers['cameras:closeStream'](context, input);
      if (answer.ok) cameras.closed(context, input.streamId);
      return answer;
    },
  };
}
