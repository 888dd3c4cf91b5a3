/**
 * Which camera of the registry a channel of a recorder may be, by names and place. Pure: names come with their pinyin, as
 * `src-sfu/features/cameras/pinyin.ts` makes it.
 */

/** A name with its pinyin, syllables joined by spaces. */
export interface SpokenName {
  name: string;
  pinyin: string;
}

export interface ChannelToMatch extends SpokenName {
  channelId: string;
}

export interface CameraToMatch extends SpokenName {
  cameraId: string;
}

export interface SiteToMatch extends SpokenName {
  siteId: string;
  district: string;
}

export interface Suggestion {
  channelId: string;
  cameraId: string;
  /** From 0 to 1. */
  score: number;
  isCertain: boolean;
}

/** The districts of Xianning by the first six digits of an id (GB/T 2260). */
const districtCodes: Partial<Record<string, string>> = {
  '421202': '咸安区',
  '421221': '嘉鱼县',
  '421222': '通城县',
  '421223': '崇阳县',
  '421224': '通山县',
  '421281': '赤壁市',
};

/** Sites that are less like the recorder's name are not looked into. */
const leastSiteScore = 0.45;
const leastCameraScore = 0.5;
/** A suggestion is certain from here on, when no other comes near it. */
const certainScore = 0.85;
const certainLead = 0.15;
/** Sites whose cameras are compared with the channels of one recorder. */
const maxSites = 3;

const digits: Partial<Record<string, string>> = {
  零: '0',
  一: '1',
  二: '2',
  两: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
  十: '10',
};

/** A name as it is compared: small letters, Arabic digits without zeros before them, no marks, no words that every channel has. */
export function comparable(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[零一二两三四五六七八九十](?=[号楼层#]|$)/gu, (character) => digits[character] ?? character)
    .replace(/(通道|摄像机|摄像头|监控|探头|camera|ipcam|ipc|cam|channel|ch)/gu, '')
    .replace(/(?<!\d)0+(?=\d)/gu, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/号(?=$|\p{L})/gu, '');
}

/** A name made ready to be compared with many others. */
interface Prepared {
  text: string;
  numbers: string;
  pairs: ReadonlyMap<string, number>;
  pairCount: number;
  sounds: ReadonlyMap<string, number>;
  soundCount: number;
}

const prepared = new WeakMap<SpokenName, Prepared>();

function prepare(spoken: SpokenName): Prepared {
  const known = prepared.get(spoken);
  if (known !== undefined) return known;
  const text = comparable(spoken.name);
  const pairs = pairsOf(text);
  const sounds = pairsOf(spoken.pinyin.toLowerCase().replace(/[^a-z]/gu, ''));
  const made = {
    text,
    numbers: (text.match(/\d+/gu) ?? []).join(' '),
    pairs: counted(pairs),
    pairCount: pairs.length,
    sounds: counted(sounds),
    soundCount: sounds.length,
  };
  prepared.set(spoken, made);
  return made;
}

/** How alike two names are, from 0 to 1: by their characters, or a little less by how they are spoken. */
export function likeness(one: SpokenName, other: SpokenName): number {
  const left = prepare(one);
  const right = prepare(other);
  if (left.text === '' || right.text === '') return 0;
  if (left.text === right.text) return 1;
  // Kitchen 1 is not kitchen 2, however alike the names are.
  if (left.numbers !== right.numbers) return 0;
  const byCharacters = dice(left.pairs, left.pairCount, right.pairs, right.pairCount);
  const contained = left.text.includes(right.text) || right.text.includes(left.text) ? 0.8 : 0;
  const spoken = dice(left.sounds, left.soundCount, right.sounds, right.soundCount);
  return Math.max(byCharacters, contained, spoken * 0.95);
}

/** Sørensen–Dice over pairs of characters. */
function dice(
  one: ReadonlyMap<string, number>,
  oneCount: number,
  other: ReadonlyMap<string, number>,
  otherCount: number,
): number {
  if (oneCount === 0 || otherCount === 0) return 0;
  const [fewer, more] = one.size <= other.size ? [one, other] : [other, one];
  let common = 0;
  for (const [pair, count] of fewer) common += Math.min(count, more.get(pair) ?? 0);
  return (2 * common) / (oneCount + otherCount);
}

function counted(pairs: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  return counts;
}

function pairsOf(text: string): string[] {
  const characters = [...text];
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** The sites that a recorder may stand at, the likeliest first; sites of another district than its id names are left out. */
export function likelySites<Site extends SiteToMatch>(
  recorder: SpokenName & { recorderId: string },
  sites: Iterable<Site>,
): { site: Site; score: number }[] {
  const district = districtCodes[recorder.recorderId.slice(0, 6)];
  const found: { site: Site; score: number }[] = [];
  for (const site of sites) {
    if (district !== undefined && site.district !== district) continue;
    const score = likeness(recorder, site);
    if (score >= leastSiteScore) found.push({ site, score });
  }
  return found.sort((one, other) => other.score - one.score).slice(0, maxSites);
}

/**
 * Lays the channels of one recorder beside cameras that have no channel yet. `siteScore`: how sure it is that the cameras stand where the
 * recorder stands. Each camera is suggested for one channel at most, the best pairs first.
 */
export function suggestCameras(
  channels: readonly ChannelToMatch[],
  candidates: readonly { camera: CameraToMatch; siteScore: number }[],
): Suggestion[] {
  const pairs = channels.flatMap((channel) =>
    candidates.flatMap(({ camera, siteScore }) => {
      const byName = likeness(channel, camera);
      const score = byName * (0.6 + 0.4 * siteScore);
      return byName < leastCameraScore ? [] : [{ channel, camera, score }];
    }),
  );
  pairs.sort((one, other) => other.score - one.score);
  const suggestions: Suggestion[] = [];
  const usedChannels = new Set<string>();
  const usedCameras = new Set<string>();
  for (const { channel, camera, score } of pairs) {
    if (usedChannels.has(channel.channelId) || usedCameras.has(camera.cameraId)) continue;
    usedChannels.add(channel.channelId);
    usedCameras.add(camera.cameraId);
    const rivals = pairs.filter(
      (pair) =>
        (pair.channel.channelId === channel.channelId) !== (pair.camera.cameraId === camera.cameraId) &&
        pair.score > score - certainLead,
    );
    const isCertain = score >= certainScore && rivals.length === 0;
    suggestions.push({ channelId: channel.channelId, cameraId: camera.cameraId, score, isCertain });
  }
  return suggestions;
}
