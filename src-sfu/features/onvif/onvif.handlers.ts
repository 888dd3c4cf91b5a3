import { maxSearchedAddresses } from '../../../src-shared/onvif/onvif.protocol.ts';
import { readSearchedAddresses } from '../../../src-shared/onvif/searchedAddresses.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { OnvifService } from './onvif.service.ts';

export type OnvifRequestName = Extract<keyof RequestHandlers, `onvif:${string}`>;

/** Requests of administrators' desks about ONVIF devices. */
export function createOnvifHandlers(onvif: OnvifService): RequestHandlers<OnvifRequestName> {
  const missing = (): Ack<never> =>
    refuse('not_found', 'There is no such ONVIF device.', { reason: 'onvif.no_such_device' });
  return {
    'onvif:list': async () => ok(await onvif.listForDesk()),
    async 'onvif:search'(context, { probe, addresses }) {
      const read = readSearchedAddresses(addresses);
      if (read.type === 'badLine')
        return refuse('bad_request', `This is no address: ${read.line}`, {
          reason: 'onvif.bad_address',
          line: read.line,
        });
      if (read.type === 'tooMany')
        return refuse('bad_request', `At most ${maxSearchedAddresses} addresses are searched at once.`, {
          reason: 'onvif.too_many_addresses',
          limit: maxSearchedAddresses,
        });
      const { places } = read;
      if (!probe && places.length === 0)
        return refuse('bad_request', 'There is nothing to search.', { reason: 'onvif.nothing_to_search' });
      if (await onvif.search({ isNetworkAsked: probe, places }, deskName(context))) return ok({});
      return refuse('conflict', 'A search is running.', { reason: 'onvif.search_running' });
    },
    async 'onvif:signIn'(context, { deviceIds, certificates = [], username, password }) {
      if (deviceIds.some((deviceId) => onvif.device(deviceId) === undefined)) return missing();
      const seen = new Map(certificates.map(({ deviceId, certificate }) => [deviceId, certificate]));
      return ok(await onvif.signIn(deviceIds, { username, password }, deskName(context), seen));
    },
    async 'onvif:readPicture'(_context, { deviceId, sourceToken }) {
      if (onvif.device(deviceId) === undefined) return missing();
      const picture = await onvif.readPicture(deviceId, sourceToken);
      if (picture === undefined)
        return refuse('not_found', 'The device has no such stream.', { reason: 'onvif.no_such_stream' });
      return ok({
        picture: picture === null ? null : { type: 'image/jpeg', data: picture.toString('base64') },
      });
    },
    'onvif:place': (context, { places }) => onvif.place(places, deskName(context)),
    'onvif:takeOver': (context, wanted) => onvif.takeOver(wanted, deskName(context)),
    async 'onvif:setMotionAlerts'(context, { deviceId, isOn }) {
      const device = onvif.device(deviceId);
      if (device === undefined) return missing();
      if (await onvif.setMotionAlerts(deviceId, isOn, deskName(context))) return ok({});
      const { name } = device.record;
      return refuse('conflict', `${name} is not signed in to.`, {
        reason: 'onvif.not_signed_in',
        device: name,
      });
    },
    async 'onvif:forget'(context, { deviceId }) {
      const outcome = await onvif.forget(deviceId, deskName(context));
      if (outcome === 'unknown') return missing();
      if (outcome === 'forgotten') return ok({});
      return refuse('conflict', `A camera still uses this device: ${outcome.camera}.`, {
        reason: 'onvif.in_use',
        camera: outcome.camera,
      });
    },
  };
}
