import type { DeviceFacts, OnvifDevice, TlsPlace } from '../../../features/onvif/onvif.ports.ts';
import type { Credentials } from '../rtsp/rtspAuthentication.ts';
import { readCertificate } from './boundedHttp.ts';
import { readHttpAddress, readWrittenAddress, shownAddress } from './deviceAddress.ts';
import { readStreams } from './deviceProfiles.ts';
import { capabilitiesOf, factsOf, servicesOf, timeOf, uriBodies } from './deviceReplies.ts';
import { isOnvifFailure, OnvifError } from '../../../base/onvifError.ts';
import type { Rests } from './passwordRests.ts';
import { createSoapClient, defaultTimeoutMs } from './soapClient.ts';
import { serviceNamespaces, type OnvifService } from './soapMessage.ts';
import { escapeXml } from '../../../base/escapeXml.ts';
import { textAt, type XmlElement } from './xmlReader.ts';

/** A request to a service of a device. */
export interface ServiceWish {
  /** The name of the request, as it stands behind the namespace in its action. */
  operation: string;
  body: string;
  header?: string;
  /** Another path than the service's own: that of a pull point. */
  path?: string;
  /** Another action than that of the service's namespace. */
  action?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** As in SoapWish. */
  isUrgent?: boolean;
}

/** A device whose services can be asked for anything. Everything rejects with OnvifError. */
export interface DeviceClient extends OnvifDevice {
  call(service: OnvifService, wish: ServiceWish): Promise<XmlElement>;
}

export const usualDevicePath = '/onvif/device_service';
/** A device that starts again takes longer. Milliseconds. */
const provedMs = 20_000;
const pictureTimeoutMs = 8_000;

export function createDeviceClient(options: {
  host: string;
  port: number;
  /** Of the device service. */
  path: string;
  /** Left out: by HTTP. */
  tls?: TlsPlace | undefined;
  credentials?: Credentials;
  nowMs(): number;
  timeoutMs?: number;
  /** Its serial number as it was read before; left out: unknown. Where another device answers, everything fails with `another`. */
  serial?: string;
  /** Passwords that devices refused, for all clients; left out: those of this client only. */
  passwords?: Rests;
}): DeviceClient {
  const { host, port, path, credentials, nowMs, timeoutMs } = options;
  let offsetMs: number | undefined;
  let services: ReadonlyMap<OnvifService, string> | undefined;
  let mediaInUse: 'media' | 'media2' | undefined;
  let clock: Promise<void> | undefined;
  let { serial } = options;
  let provedAtMs = Number.NEGATIVE_INFINITY;
  let proving: Promise<void> | undefined;
  const soap = createSoapClient({
    ...options,
    clockOffsetMs: () => offsetMs,
    reading: {
      path,
      action: `${serviceNamespaces.device}/GetDeviceInformation`,
      body: '<tds:GetDeviceInformation/>',
    },
    readClockAgain: () => readClock().catch(() => undefined),
  });
  const send: typeof soap.call = async (wish) => {
    try {
      return await soap.call(wish);
    } catch (error) {
      // Who was away may be another one when he answers again.
      const isGone = isOnvifFailure(error, 'unreachable', 'silent') && wish.signal?.aborted !== true;
      if (isGone) provedAtMs = Number.NEGATIVE_INFINITY;
      throw error;
    }
  };
  const limited = timeoutMs === undefined ? {} : { timeoutMs };

  const measureClock = async (): Promise<void> => {
    const sentAtMs = nowMs();
    try {
      const answer = await send({
        ...limited,
        path,
        action: `${serviceNamespaces.device}/GetSystemDateAndTime`,
        body: '<tds:GetSystemDateAndTime/>',
        isOpen: true,
      });
      const deviceMs = timeOf(answer);
      if (deviceMs !== undefined) offsetMs = Math.round(deviceMs - (sentAtMs + nowMs()) / 2);
    } catch (error) {
      // The standard lets everybody read it, and some devices do not: then the clock is taken to be right.
      if (!isOnvifFailure(error, 'unauthorized', 'unknown', 'refused') || error.isRedirection) throw error;
    }
  };
  const readClock = (): Promise<void> => {
    const measured = measureClock();
    clock = measured;
    measured.catch(() => {
      if (clock === measured) clock = undefined;
    });
    return measured;
  };
  /** Before a password is first shown: a token is made for the device's clock. */
  const knowClock = (): Promise<void> =>
    credentials === undefined ? Promise.resolve() : (clock ?? readClock());
  const ask: DeviceClient['call'] = async (service, wish) => {
    const servicePath = wish.path ?? (await pathOf(service));
    await knowClock();
    const { operation, action = `${serviceNamespaces[service]}/${operation}` } = wish;
    return send({ ...limited, ...wish, path: servicePath, action });
  };
  const readFacts = async (): Promise<DeviceFacts> => {
    const answer = await ask('device', {
      operation: 'GetDeviceInformation',
      body: '<tds:GetDeviceInformation/>',
    });
    const facts = factsOf(answer);
    if (serial !== undefined && facts.serial !== undefined && facts.serial !== serial) {
      provedAtMs = Number.NEGATIVE_INFINITY;
      throw new OnvifError('another', 'Another device answers at this address.');
    }
    serial ??= facts.serial;
    provedAtMs = nowMs();
    return facts;
  };
  const prove = async (): Promise<void> => {
    try {
      await readFacts();
    } catch (error) {
      // A device that does not give its serial number is accepted as the one that was known.
      if (!isOnvifFailure(error, 'forbidden', 'unknown', 'refused', 'foreign')) throw error;
      provedAtMs = nowMs();
    }
  };
  /** Addresses move from one device to another, and all may have one password: before it is used, a device shows its number. */
  const call: DeviceClient['call'] = async (service, wish) => {
    // A pull point was made by the device that it is at, and a stop must not wait.
    const isOfSame = wish.path !== undefined || wish.isUrgent === true;
    if (serial !== undefined && !isOfSame && Math.abs(nowMs() - provedAtMs) > provedMs) {
      proving ??= prove().finally(() => (proving = undefined));
      await proving;
    }
    return ask(service, wish);
  };
  /** Some devices answer it to everybody, and others with a password only. */
  const openCall = async (operation: string, body: string): Promise<XmlElement> => {
    const wish = { ...limited, path, action: `${serviceNamespaces.device}/${operation}`, body };
    try {
      return await send({ ...wish, isOpen: true });
    } catch (error) {
      if (credentials === undefined || !isOnvifFailure(error, 'unauthorized')) throw error;
      await knowClock();
      return send(wish);
    }
  };
  const pathOf = async (service: OnvifService): Promise<string> => {
    if (service === 'device') return path;
    services ??= await readServices();
    const found = services.get(service);
    if (found === undefined) throw new OnvifError('unknown', `The device has no service for ${service}.`);
    return found;
  };
  const readServices = async (): Promise<Map<OnvifService, string>> => {
    try {
      const answer = await openCall(
        'GetServices',
        '<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>',
      );
      const listed = servicesOf(answer);
      if (listed.size > 0) return listed;
    } catch (error) {
      if (!isOnvifFailure(error, 'unknown', 'refused', 'foreign', 'forbidden')) throw error;
    }
    const answer = await openCall(
      'GetCapabilities',
      '<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>',
    );
    return capabilitiesOf(answer);
  };
  /** Media 2 first; what it does not do, media 1 may. */
  const fromMedia = async <T>(work: (service: 'media' | 'media2') => Promise<T>): Promise<T> => {
    services ??= await readServices();
    const known = (['media2', 'media'] as const).filter((service) => services?.has(service));
    const order = known.toSorted((one, other) => Number(other === mediaInUse) - Number(one === mediaInUse));
    let last: unknown = new OnvifError('unknown', 'The device has no pictures.');
    for (const service of order)
      try {
        const result = await work(service);
        mediaInUse = service;
        return result;
      } catch (error) {
        if (!isOnvifFailure(error, 'unknown', 'refused', 'foreign', 'forbidden')) throw error;
        last = error;
      }
    throw last;
  };
  const readUri = (operation: 'GetStreamUri' | 'GetSnapshotUri', profileToken: string): Promise<string> =>
    fromMedia(async (service) => {
      const token = escapeXml(profileToken);
      const answer = await call(service, { operation, body: uriBodies[operation][service](token) });
      const uri = textAt(answer, 'Uri') ?? textAt(answer, 'MediaUri', 'Uri');
      if (uri === undefined) throw new OnvifError('foreign', 'The device names no address.');
      return uri;
    });
  return {
    host,
    credentials,
    clockOffsetMs: () => offsetMs,
    fingerprint: soap.fingerprint,
    async readCertificate() {
      if (options.tls === undefined) return undefined;
      try {
        return await readCertificate({ host, port }, timeoutMs ?? defaultTimeoutMs);
      } catch (error) {
        if (isOnvifFailure(error)) return undefined;
        throw error;
      }
    },
    readClock,
    readFacts,
    async readStreams() {
      const streams = await fromMedia(async (service) => {
        const body =
          service === 'media2'
            ? '<tr2:GetProfiles><tr2:Type>All</tr2:Type></tr2:GetProfiles>'
            : '<trt:GetProfiles/>';
        const found = readStreams(await call(service, { operation: 'GetProfiles', body }));
        if (found.length === 0) throw new OnvifError('refused', 'The device has no profile with pictures.');
        return found;
      });
      return { streams, hasEvents: services?.has('events') ?? false };
    },
    async readStreamUrl(profileToken) {
      const written = readWrittenAddress(await readUri('GetStreamUri', profileToken), 'rtsp');
      if (written === undefined) throw new OnvifError('foreign', 'The device names no rtsp:// address.');
      // An @ behind the host would make the address ambiguous.
      return `rtsp://${shownAddress({ host, port: written.port })}${written.path.replaceAll('@', '%40')}`;
    },
    async readPicture(profileToken, maxBytes) {
      const written = readHttpAddress(await readUri('GetSnapshotUri', profileToken));
      if (written === undefined) throw new OnvifError('foreign', 'The device names no http:// address.');
      // Behind a router the port that it names is an inner one, and a password for HTTPS is not shown in HTTP, by which many name their pictures.
      const isFollowed = written.host === host && (written.isTls || options.tls === undefined);
      const isTls = isFollowed ? written.isTls : options.tls !== undefined;
      const place = {
        ...{ host, port: isFollowed ? written.port : port, path: written.path },
        ...(isTls ? { tls: { fingerprint: soap.fingerprint() } } : {}),
      };
      const { body } = await soap.fetch(place, { maxBytes, timeoutMs: timeoutMs ?? pictureTimeoutMs });
      if (body[0] !== 0xff || body[1] !== 0xd8) throw new OnvifError('foreign', 'The picture is no JPEG.');
      return body;
    },
    call,
  };
}
