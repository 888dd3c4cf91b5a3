import { ok } from '../../../src-shared/protocol/define.ts';
import type { WhipDevice } from '../../../src-shared/bodycam/whip.protocol.ts';
import { nowhere, type Scope } from '../../../src-shared/session/principal.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import { commandOf } from '../../base/commandIds.ts';
import { deskName } from '../../base/deskName.ts';
import type { WhipDevices } from './whipDevices.ts';

type WhipRequestName = Extract<keyof RequestHandlers, `whip:${string}`>;

/** Requests of desks about recorders and encoders. */
export function createWhipHandlers(options: {
  make: WhipDevices['make'];
  /** Those of the squads in the scope. */
  list(scope: Scope): WhipDevice[];
  remove(deviceId: string, actor: string): Promise<void>;
}): RequestHandlers<WhipRequestName> {
  return {
    'whip:makeDevice': (context, { commandId, ...device }) =>
      options.make(device, deskName(context), commandOf(context.identity?.principal, commandId)),
    'whip:listDevices': ({ identity }) => ok({ devices: options.list(identity?.principal.scope ?? nowhere) }),
    'whip:removeDevice': async (context, { deviceId }) => {
      await options.remove(deviceId, deskName(context));
      return ok({});
    },
  };
}
