import { escaped, serviceNamespaces, textOf, type XmlElement } from './soapMessage.ts';
import type { OnvifHabits } from './onvifHabits.ts';
import type { OnvifDeviceSettings } from './onvifSettings.ts';

/** A request as the device sees it. */
export interface OnvifAsked {
  request: XmlElement;
  /** `http://host:port`, or `https://…`, as answers name it. */
  base: string;
  habits: OnvifHabits;
  settings: OnvifDeviceSettings;
  nowMs(): number;
}

/** Answers of a service by the local names of its requests; each gives the content of the body. */
export type OnvifAnswers = Record<string, ((asked: OnvifAsked) => string | Promise<string>) | undefined>;

export const servicePaths = {
  device: '/onvif/device_service',
  media: '/onvif/media_service',
  media2: '/onvif/media2_service',
  ptz: '/onvif/ptz_service',
  events: '/onvif/event_service',
} as const;
export type OnvifService = keyof typeof servicePaths;

/** The services that a device has. */
export function servicesOf({ settings, habits }: Pick<OnvifAsked, 'settings' | 'habits'>): OnvifService[] {
  const turns = habits.withoutPtz !== true && settings.sources.some(({ head }) => head !== undefined);
  return (['device', 'media', 'media2', 'ptz', 'events'] as const).filter(
    (service) =>
      !(service === 'media2' && habits.mediaOneOnly === true) &&
      !(service === 'ptz' && !turns) &&
      !(service === 'events' && habits.withoutEvents === true),
  );
}

/** The scopes by which a device announces itself. */
export function scopesOf({ name, make, model }: OnvifDeviceSettings): string[] {
  const scope = (path: string): string => `onvif://www.onvif.org/${path}`;
  return [
    scope('type/video_encoder'),
    scope('Profile/Streaming'),
    scope('Profile/T'),
    scope(`hardware/${encodeURIComponent(model)}`),
    scope(`name/${encodeURIComponent(name)}`),
    scope(`manufacturer/${encodeURIComponent(make)}`),
  ];
}

function dateTime(atMs: number): string {
  const at = new Date(atMs);
  return (
    `<tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date>`
  );
}

/** The device service (ONVIF Core, section 8). */
export const deviceAnswers: OnvifAnswers = {
  GetSystemDateAndTime({ nowMs, habits }) {
    const utc = nowMs() + (habits.localTimeInUtcMs ?? 0);
    return (
      '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>' +
      `<tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone><tt:UTCDateTime>${dateTime(utc)}</tt:UTCDateTime>` +
      `<tt:LocalDateTime>${dateTime(nowMs() + 8 * 3_600_000)}</tt:LocalDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`
    );
  },
  GetDeviceInformation: ({ settings: { make, model, serial } }) =>
    `<tds:GetDeviceInformationResponse><tds:Manufacturer>${escaped(make)}</tds:Manufacturer><tds:Model>${escaped(model)}</tds:Model><tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>${escaped(serial)}</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>`,
  GetServices(asked) {
    const services = servicesOf(asked).map(
      (service) =>
        `<tds:Service><tds:Namespace>${serviceNamespaces[service]}</tds:Namespace><tds:XAddr>${asked.base}${servicePaths[service]}</tds:XAddr>` +
        `<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`,
    );
    return `<tds:GetServicesResponse>${services.join('')}</tds:GetServicesResponse>`;
  },
  GetCapabilities(asked) {
    const services = servicesOf(asked);
    const at = (service: OnvifService): string =>
      `<tt:XAddr>${asked.base}${servicePaths[service]}</tt:XAddr>`;
    const events = `<tt:Events>${at('events')}<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport><tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events>`;
    return (
      `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device>${at('device')}</tt:Device>${services.includes('events') ? events : ''}` +
      `<tt:Media>${at('media')}<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>` +
      `${services.includes('ptz') ? `<tt:PTZ>${at('ptz')}</tt:PTZ>` : ''}</tds:Capabilities></tds:GetCapabilitiesResponse>`
    );
  },
  GetServiceCapabilities: () =>
    '<tds:GetServiceCapabilitiesResponse><tds:Capabilities><tds:Network/><tds:Security UsernameToken="true" HttpDigest="true"/><tds:System/></tds:Capabilities></tds:GetServiceCapabilitiesResponse>',
  GetNetworkInterfaces({ base }) {
    const { hostname } = new URL(base);
    return `<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>02:00:00:00:00:01</tt:HwAddress></tt:Info><tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual><tt:Address>${hostname}</tt:Address><tt:PrefixLength>24</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>`;
  },
  GetScopes({ settings }) {
    const scopes = scopesOf(settings).map(
      (item) =>
        `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${escaped(item)}</tt:ScopeItem></tds:Scopes>`,
    );
    return `<tds:GetScopesResponse>${scopes.join('')}</tds:GetScopesResponse>`;
  },
  GetHostname: ({ settings }) =>
    `<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>${escaped(settings.serial)}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>`,
};

/** The answers that a device gives to everybody: before it can be asked with a password, its clock must be known. */
export const openRequests: ReadonlySet<string> = new Set([
  'GetSystemDateAndTime',
  'GetServices',
  'GetCapabilities',
  'GetServiceCapabilities',
  'GetHostname',
]);

/** The value of a token in a request. */
export function tokenOf(request: XmlElement, name: string): string {
  return textOf(request, name) || (request.attributes.get(name) ?? '');
}
