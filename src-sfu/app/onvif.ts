import { ok, refuse, type Ack } from '../../src-shared/protocol/define.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import type { HubFeature } from './contract.ts';

type OnvifRequestName = Extract<keyof RequestHandlers, `onvif:${string}`>;

/** ONVIF devices: none is known before they can be searched for. */
export function createOnvifFeature(): HubFeature<OnvifRequestName> {
  const missing = (): Ack<never> =>
    refuse('not_found', 'There is no such ONVIF device.', { reason: 'onvif.no_such_device' });
  return {
    handlers: {
      'onvif:list': () =>
        ok({ devices: [], search: { isRunning: false, addresses: 0, asked: 0, answered: 0 } }),
      'onvif:search': () => ok({}),
      'onvif:signIn': missing,
      'onvif:readPicture': missing,
      'onvif:place': missing,
      'onvif:forget': missing,
    },
  };
}
