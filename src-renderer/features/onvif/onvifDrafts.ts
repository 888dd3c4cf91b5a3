import type { OnvifDevice, OnvifStream } from '../../../src-shared/onvif/onvif.protocol.ts';

/** What a person chose for a stream; without a name the suggested one counts. */
export interface OnvifDraft {
  siteId?: string | undefined;
  name?: string | undefined;
}

/** A stream that can become a camera. */
export interface PlannedPlace {
  deviceId: string;
  sourceToken: string;
  siteId: string;
  name: string;
}

/** Longest name of a camera that is made from a stream. */
export const maxPlacedName = 60;

/** A stream among all streams of all devices. */
export function streamKey(
  { deviceId }: Pick<OnvifDevice, 'deviceId'>,
  { sourceToken }: Pick<OnvifStream, 'sourceToken'>,
): string {
  return JSON.stringify([deviceId, sourceToken]);
}

/** The streams of these devices that are no cameras yet, in the order of the list. */
export function freeStreams(
  devices: readonly OnvifDevice[],
): { device: OnvifDevice; stream: OnvifStream; key: string }[] {
  return devices.flatMap((device) =>
    device.state === 'ready'
      ? device.streams
          .filter(({ cameraId }) => cameraId === undefined)
          .map((stream) => ({ device, stream, key: streamKey(device, stream) }))
      : [],
  );
}

/**
 * The chosen devices at which a password is tried: those that are not signed in to, because a wrong password may lock a camera. Where all
 * of them are, a person wants another account for them.
 */
export function signInTargets(devices: readonly OnvifDevice[], chosen: ReadonlySet<string>): OnvifDevice[] {
  const all = devices.filter(({ deviceId }) => chosen.has(deviceId));
  const left = all.filter(({ state }) => state !== 'ready');
  return left.length > 0 ? left : all;
}

/** The certificate that signing in to a device accepts, and no other; undefined by HTTP, and where none was seen. */
export function certificateToAccept({
  certificate,
  certificateNow,
}: Pick<OnvifDevice, 'certificate' | 'certificateNow'>): string | undefined {
  return certificateNow ?? certificate;
}

/**
 * The name of each free stream, by its key: what a person typed, else the device's name for its only lens, and the name of the lens where there are
 * several. Equal suggestions are numbered, also beside the cameras that a site has: many makers call each device the same.
 */
export function namesOf(
  devices: readonly OnvifDevice[],
  drafts: ReadonlyMap<string, OnvifDraft>,
  namesAtSite: (siteId: string) => Iterable<string>,
): Map<string, string> {
  const free = freeStreams(devices);
  const names = new Map<string, string>();
  const taken = new Map<string, Set<string>>();
  const takenAt = (siteId: string): Set<string> => {
    const known = taken.get(siteId) ?? new Set(siteId === '' ? [] : namesAtSite(siteId));
    taken.set(siteId, known);
    return known;
  };
  for (const { key } of free) {
    const { name, siteId = '' } = drafts.get(key) ?? {};
    if (name === undefined) continue;
    names.set(key, name);
    takenAt(siteId).add(name.trim());
  }
  for (const { device, stream, key } of free) {
    if (names.has(key)) continue;
    const used = takenAt(drafts.get(key)?.siteId ?? '');
    const wanted = device.streams.length === 1 ? device.name : stream.name || device.name;
    const base = (wanted.trim() || device.address).slice(0, maxPlacedName - 5).trim();
    let name = base;
    for (let number = 2; used.has(name); number += 1) name = `${base} ${number}`;
    used.add(name);
    names.set(key, name);
  }
  return names;
}

/** What can be placed now: free streams of the devices for which a site is chosen and that have a name. */
export function plannedPlaces(
  devices: readonly OnvifDevice[],
  drafts: ReadonlyMap<string, OnvifDraft>,
  names: ReadonlyMap<string, string>,
): PlannedPlace[] {
  return freeStreams(devices).flatMap(({ device, stream, key }) => {
    const siteId = drafts.get(key)?.siteId;
    const name = (names.get(key) ?? '').trim();
    if (siteId === undefined || name === '') return [];
    return [{ deviceId: device.deviceId, sourceToken: stream.sourceToken, siteId, name }];
  });
}

/** A clock that differs by less is no reason for a word. Milliseconds. */
const rightEnoughMs = 5 * 60_000;

/** How far a device's clock is from the server's, in whole hours or else in minutes; undefined where it is right or not known. */
export function clockDifference(
  offsetMs: number | undefined,
): { direction: 'ahead' | 'behind'; unit: 'hours' | 'minutes'; count: number } | undefined {
  if (offsetMs === undefined || Math.abs(offsetMs) < rightEnoughMs) return undefined;
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const direction = offsetMs > 0 ? 'ahead' : 'behind';
  return minutes < 55
    ? { direction, unit: 'minutes', count: minutes }
    : { direction, unit: 'hours', count: Math.round(minutes / 60) };
}
