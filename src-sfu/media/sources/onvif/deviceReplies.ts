import type { DeviceFacts } from '../../../features/onvif/onvif.ports.ts';
import { readHttpAddress } from './deviceAddress.ts';
import { serviceNamespaces, type OnvifService } from './soapMessage.ts';
import { childrenOf, descend, textAt, type XmlElement } from './xmlReader.ts';

/** All of China has one time zone, which counts where a device gives only its local time. */
const zoneMs = 8 * 3_600_000;

/** What GetDeviceInformation answers. */
export function factsOf(answer: XmlElement): DeviceFacts {
  const fact = (key: keyof DeviceFacts, name: string): DeviceFacts => {
    const text = textAt(answer, name)
      ?.replace(/\p{Cc}/gu, '')
      .slice(0, 60);
    return text === undefined || text === '' ? {} : { [key]: text };
  };
  return {
    ...fact('make', 'Manufacturer'),
    ...fact('model', 'Model'),
    ...fact('serial', 'SerialNumber'),
  };
}

/** Bodies of the requests for addresses, by the service. */
export const uriBodies = {
  GetStreamUri: {
    media2: (token: string) =>
      `<tr2:GetStreamUri><tr2:Protocol>RTSP</tr2:Protocol><tr2:ProfileToken>${token}</tr2:ProfileToken></tr2:GetStreamUri>`,
    media: (token: string) =>
      `<trt:GetStreamUri><trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></trt:StreamSetup><trt:ProfileToken>${token}</trt:ProfileToken></trt:GetStreamUri>`,
  },
  GetSnapshotUri: {
    media2: (token: string) =>
      `<tr2:GetSnapshotUri><tr2:ProfileToken>${token}</tr2:ProfileToken></tr2:GetSnapshotUri>`,
    media: (token: string) =>
      `<trt:GetSnapshotUri><trt:ProfileToken>${token}</trt:ProfileToken></trt:GetSnapshotUri>`,
  },
} as const;

/** The paths of the services that GetServices answers with. */
export function servicesOf(answer: XmlElement): Map<OnvifService, string> {
  const found = new Map<OnvifService, string>();
  for (const service of childrenOf(answer, 'Service')) {
    const namespace = textAt(service, 'Namespace');
    const name = (Object.keys(serviceNamespaces) as OnvifService[]).find(
      (one) => serviceNamespaces[one] === namespace,
    );
    const written = readHttpAddress(textAt(service, 'XAddr') ?? '');
    if (name !== undefined && written !== undefined) found.set(name, written.path);
  }
  return found;
}

/** The paths of the services that GetCapabilities answers with, of older devices. */
export function capabilitiesOf(answer: XmlElement): Map<OnvifService, string> {
  const found = new Map<OnvifService, string>();
  for (const [service, element] of [
    ['media', 'Media'],
    ['ptz', 'PTZ'],
    ['events', 'Events'],
  ] as const) {
    const written = readHttpAddress(textAt(answer, 'Capabilities', element, 'XAddr') ?? '');
    if (written !== undefined) found.set(service, written.path);
  }
  return found;
}

/** The time by GetSystemDateAndTime, Unix milliseconds; undefined where the device gives none. */
export function timeOf(answer: XmlElement): number | undefined {
  const both = descend(answer, 'SystemDateAndTime');
  const utcMs = momentOf(descend(both, 'UTCDateTime'));
  if (utcMs !== undefined) return utcMs;
  const localMs = momentOf(descend(both, 'LocalDateTime'));
  return localMs === undefined ? undefined : localMs - zoneMs;
}

function momentOf(element: XmlElement | undefined): number | undefined {
  const part = (group: string, name: string): number => Number(textAt(element, group, name) ?? Number.NaN);
  const ms = Date.UTC(
    part('Date', 'Year'),
    part('Date', 'Month') - 1,
    part('Date', 'Day'),
    part('Time', 'Hour'),
    part('Time', 'Minute'),
    part('Time', 'Second'),
  );
  return Number.isFinite(ms) && ms >= 0 && ms < Date.UTC(2200, 0) ? ms : undefined;
}
