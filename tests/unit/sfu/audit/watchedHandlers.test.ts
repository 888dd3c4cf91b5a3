import { expect, it } from 'vitest';
import { createCameraViews } from '../../../../src-sfu/features/audit/cameraViews.ts';
import { watchedHandlers } from '../../../../src-sfu/features/audit/watchedHandlers.ts';
import { ok, refuse } from '../../../../src-shared/protocol/define.ts';
import type { RequestHandlers, SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';

function watch(log: string[], handlers: RequestHandlers, actor: string) {
  const views: Parameters<typeof watchedHandlers>[1]['views'] = {
    opened: (viewerId, viewer, action, subject) =>
      void log.push(`${viewerId}: ${viewer.actor} opened ${action} ${subject}`),
    closed: (viewerId, action, subject) => void log.push(`${viewerId}: closed ${action} ${subject}`),
  };
  const viewerOf = () => ({ actor, principal: null });
  const cameras = createCameraViews({ views, viewerOf, isOnScreen: () => false });
  const alertOfFinding = (findingId: string) => Promise.resolve(`alert of ${findingId}`);
  return { cameras, watched: watchedHandlers(handlers, { views, viewerOf, cameras, alertOfFinding }) };
}

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
  const { watched } = watch(log, handlers, '王芳');
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

it('the picture of an ONVIF device that belongs to no camera yet is viewed, and one that it does not give is not', async () => {
  const log: string[] = [];
  const handlers = {
    'onvif:readPicture': (_context: SurfaceContext, { deviceId }: { deviceId: string }) =>
      ok({ picture: deviceId === 'dark' ? null : { type: 'image/jpeg' as const, data: '' } }),
  } as unknown as RequestHandlers;
  const { watched } = watch(log, handlers, '王芳');
  for (const deviceId of ['dark', 'd1'])
    await watched['onvif:readPicture'](contextOf('desk'), { deviceId, sourceToken: 't' });
  expect(log).toEqual(['of desk: 王芳 opened onvif:readPicture d1', 'of desk: closed onvif:readPicture d1']);
});

it('the last picture of a camera that a desk is sent is viewed, one that is not there or is sent to a screen is not', async () => {
  const log: string[] = [];
  const handlers = {
    'cameras:getPoster': (_context: SurfaceContext, { cameraId }: { cameraId: string }) =>
      ok(cameraId === 'never seen' ? {} : { keyPicture: { capturedAtMs: 1 } }),
  } as unknown as RequestHandlers;
  const { watched } = watch(log, handlers, '王芳');
  const screen = { connectionId: 's', identity: { surface: 'wall', principal: { kind: 'screen' } } } as never;
  await watched['cameras:getPoster'](contextOf('desk'), { cameraId: 'never seen' });
  await watched['cameras:getPoster'](screen, { cameraId: 'k1' });
  await watched['cameras:getPoster'](contextOf('desk'), { cameraId: 'k1' });
  expect(log).toEqual(['of desk: 王芳 opened cameras:view k1', 'of desk: closed cameras:view k1']);
});

it('what a site is sent of its own cameras is viewed by the site: pictures of alerts and of findings, and live pictures', async () => {
  const log: string[] = [];
  const jpeg = Buffer.from([1]);
  const handlers = {
    'sites:getAlertPicture': (_context: SurfaceContext, { alertId }: { alertId: string }) => {
      if (alertId === 'foreign') return refuse('not_found', 'no', { reason: 'sites.no_such_alert' });
      return ok(alertId === 'checking' ? { state: 'checking' as const } : { state: 'ready' as const, jpeg });
    },
    'findings:getOwnPictures': (_context: SurfaceContext, { findingId }: { findingId: string }) =>
      ok(findingId === 'foreign' ? {} : { before: { jpeg, atMs: 1 } }),
    'cameras:closeStream': () => ok({}),
  } as unknown as RequestHandlers;
  const { watched, cameras } = watch(log, handlers, '一店');
  const site = { connectionId: 'page', identity: { surface: 'site', principal: { kind: 'site' } } } as never;
  for (const alertId of ['foreign', 'checking', 'a1'])
    await watched['sites:getAlertPicture'](site, { alertId });
  for (const findingId of ['foreign', 'f1']) await watched['findings:getOwnPictures'](site, { findingId });
  for (const _again of [1, 2]) cameras.opened(site, 'k1', 'stream of k1');
  await watched['cameras:closeStream'](site, { streamId: 'stream of k1' });
  expect(log).toEqual([
    'page: 一店 opened alerts:viewSnapshot a1',
    'page: closed alerts:viewSnapshot a1',
    'page: 一店 opened alerts:viewSnapshot alert of f1',
    'page: closed alerts:viewSnapshot alert of f1',
    'page: 一店 opened cameras:view k1',
    'page: closed cameras:view k1',
  ]);
});
