import { ok } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { Turner, TurningService } from './turning.service.ts';

export type TurningRequestName = Extract<keyof RequestHandlers, `turning:${string}`>;

export function createTurningHandlers(
  turning: TurningService,
  holderIdOf: (connectionId: string) => string,
): RequestHandlers<TurningRequestName> {
  const turner = (context: SurfaceContext): Turner => ({
    holderId: holderIdOf(context.connectionId),
    name: deskName(context),
    principal: context.identity?.principal ?? null,
  });
  return {
    'turning:read': (context, { cameraId }) => {
      turning.learnPresets(cameraId);
      return ok({ ...turning.read(cameraId), holderId: holderIdOf(context.connectionId) });
    },
    'turning:move': (context, { cameraId, moveId, motion }) =>
      turning.move(turner(context), cameraId, moveId, motion),
    'turning:keepMoving': (context, { cameraId, moveId }) =>
      turning.keepMoving(turner(context), cameraId, moveId),
    'turning:stop': (context, { cameraId, moveId }) => turning.stop(turner(context), cameraId, moveId),
    'turning:takeOver': (context, { cameraId }) => turning.takeOver(turner(context), cameraId),
    'turning:goToPreset': (context, { cameraId, number }) =>
      turning.goToPreset(turner(context), cameraId, number),
    'turning:savePreset': (context, { cameraId, name, number }) =>
      turning.savePreset(turner(context), cameraId, name, number),
    'turning:deletePreset': (context, { cameraId, number }) =>
      turning.deletePreset(turner(context), cameraId, number),
    'turning:relistPreset': (context, { cameraId, number }) =>
      turning.relistPreset(turner(context), cameraId, number),
  };
}
