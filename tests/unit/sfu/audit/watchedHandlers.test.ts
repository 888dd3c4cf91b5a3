import { expect, it } from 'vitest';
import { watchedHandlers } from '../../../../src-sfu/features/audit/watchedHandlers.ts';
import { ok, refuse } from '../../../../src-shared/protocol/define.ts';
import type { RequestHandlers, SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';

const contextOf = (surface: string): SurfaceContext =>
  ({ connectionId: `of ${surface}`, identity: { surface } }) as never;

it('the snapshot of an alert that a desk is sent is viewed, and one that is not there, or sent to a screen, is not', async () => {
  const log: string[] = [];
  const jpeg = Buffer.from([1]);
  const handlers = {
    'alerts:getSnapshot': (_context: SurfaceContext, { alertId }: { alertId: string }) => {
      if (alertId === 'unknown') return refuse('not_found', 'no', { reason: 'alerts.no_such_alert' });
      return ok(alertId === 'checking' ? { state: 'checking' as const } : { state: 'ready' as const, jpeg });
    },
    'findings:getPictures': (_context: SurfaceContext, { findingId }: { findingId: string }) =>
      ok({
        alertId: `alert of ${findingId}`,
        ...(findingId === 'f1' ? { before: { jpeg, atMs: 1 } } : {}),
      }),
  } as unknown as RequestHandlers;
  const watched = watchedHandlers(handlers, {
    views: {
      opened: (viewerId, { actor }, action, subject) =>
        void log.push(`${viewerId}: ${actor} opened ${action} ${subject}`),
      closed: (viewerId, action, subject) => void log.push(`${viewerId}: closed ${action} ${subject}`),
    },
    viewerOf: () => ({ actor: '王芳', principal: null }),
    isOnScreen: () => false,
  });
  const desk = contextOf('desk');
  for (const alertId of ['unknown', 'checking', 'a1']) {
    await watched['alerts:getSnapshot'](desk, { alertId });
  }
  await watched['alerts:getSnapshot'](contextOf('site'), { alertId: 'a1' });
  await watched['findings:getPictures'](desk, { findingId: 'f1' });
  await watched['findings:getPictures'](desk, { findingId: 'without a picture' });
  expect(log).toEqual([
    'of desk: 王芳 opened alerts:viewSnapshot a1',
    'of desk: closed alerts:viewSnapshot a1',
    'of desk: 王芳 opened alerts:viewSnapshot alert of f1',
    'of desk: closed alerts:viewSnapshot alert of f1',
  ]);
});
