import type { SharedSet } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { SharedCandidate, UpperItem } from './cascade.ports.ts';

/** What of the registry a set means: the cameras that go up, and those that do not because they come from there. */
export interface ChosenCameras {
  cameras: SharedCandidate[];
  fromThere: number;
}

/** The one business group: what is in a folder of GB/T 28181 is in a group, and well-known platforms leave folders without one out of their tree. */
const groupName = '明厨';

/** A business group (type 215) that has the place and the serial of the id that the platform gave this hub, and is not that id. */
export function groupIdOf(ourId: string): string {
  const [usual = '', other = ''] = ['0', '1'].map(
    (digit) => `${ourId.slice(0, 10)}215${digit}${ourId.slice(14)}`,
  );
  return usual === ourId ? other : usual;
}

/** Names longer than this are cut: a list goes up in datagrams. Characters. */
const maxNameLength = 60;

export function chooseCameras(
  set: SharedSet,
  candidates: readonly SharedCandidate[],
  isFromThere: (candidate: SharedCandidate) => boolean,
): ChosenCameras {
  const districts = new Set(set.districts);
  const named = new Set(set.cameraIds);
  const wanted = candidates.filter(
    ({ cameraId, district }) => districts.has(district) || named.has(cameraId),
  );
  const cameras = wanted.filter((candidate) => !isFromThere(candidate));
  return { cameras, fromThere: wanted.length - cameras.length };
}

/** The list as an upper platform gets it: one business group, in it a folder for each district, then the cameras. What has no id yet is left out. */
export function listItems(
  cameras: readonly SharedCandidate[],
  parts: {
    ourId: string;
    idOf(kind: 'camera' | 'district', subject: string): string | undefined;
    isOnline(cameraId: string): boolean;
    canTurn(url: string): boolean;
  },
): UpperItem[] {
  const { ourId } = parts;
  const groupId = groupIdOf(ourId);
  const folders = new Map<string, UpperItem>();
  const items: UpperItem[] = [];
  for (const { cameraId, name, district, url } of cameras) {
    const gbId = parts.idOf('camera', cameraId);
    const folderId = parts.idOf('district', district);
    if (gbId === undefined || folderId === undefined) continue;
    if (!folders.has(folderId))
      folders.set(folderId, { gbId: folderId, parentId: groupId, groupId, name: shortened(district) });
    const camera = { cameraId, isOn: parts.isOnline(cameraId), canTurn: parts.canTurn(url) };
    items.push({ gbId, parentId: folderId, groupId, name: shortened(name), camera });
  }
  if (items.length === 0) return [];
  return [{ gbId: groupId, parentId: ourId, name: groupName }, ...folders.values(), ...items];
}

function shortened(name: string): string {
  return [...name].slice(0, maxNameLength).join('');
}
