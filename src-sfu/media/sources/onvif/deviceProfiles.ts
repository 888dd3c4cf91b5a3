import type { DeviceProfile, DeviceStream } from '../../../features/onvif/onvif.ports.ts';
import { childrenOf, descend, textAt, type XmlElement } from './xmlReader.ts';

interface ReadProfile extends DeviceProfile {
  sourceToken: string;
  configurationToken: string;
  name: string;
  canTurn: boolean;
  canHear: boolean;
}

const maxProfiles = 256;
const maxTokenLength = 128;
const maxNameLength = 60;
/** Narrower pictures are for phones of long ago. Pixels. */
const leastSubWidth = 320;

/** The lenses of a device, from the answer to GetProfiles of media 1 or media 2. */
export function readStreams(answer: XmlElement): DeviceStream[] {
  const profiles = childrenOf(answer, 'Profiles').slice(0, maxProfiles).map(readProfile);
  const bySource = Map.groupBy(
    profiles.filter((profile) => profile !== undefined),
    ({ sourceToken }) => sourceToken,
  );
  return [...bySource].flatMap(([sourceToken, own]) => {
    const sorted = own.toSorted((one, other) => rank(other) - rank(one));
    const [main] = sorted;
    if (main === undefined) return [];
    const sub = subOf(sorted, main);
    const hearing = [main, ...sorted].find(({ canHear }) => canHear);
    const turning = [main, ...sorted].find(({ canTurn }) => canTurn);
    return [
      {
        sourceToken,
        name: main.name,
        main: described(main),
        ...(sub === undefined ? {} : { sub: described(sub) }),
        ...(turning === undefined ? {} : { turnToken: turning.profileToken }),
        canHear: hearing !== undefined,
        ...(hearing === undefined ? {} : { earToken: hearing.profileToken }),
        eventTokens: [...new Set([sourceToken, ...own.map(({ configurationToken }) => configurationToken)])],
      },
    ];
  });
}

/** The profiles of media 1 have their parts in themselves, those of media 2 in `Configurations`. */
function readProfile(profile: XmlElement): ReadProfile | undefined {
  const parts = descend(profile, 'Configurations') ?? profile;
  const part = (old: string, current: string): XmlElement | undefined =>
    descend(parts, current) ?? descend(parts, old);
  const profileToken = profile.attributes.get('token') ?? '';
  const source = part('VideoSourceConfiguration', 'VideoSource');
  const encoder = part('VideoEncoderConfiguration', 'VideoEncoder');
  const sourceToken = textAt(source, 'SourceToken') ?? '';
  if (!isToken(profileToken) || !isToken(sourceToken) || encoder === undefined) return undefined;
  const codec = textAt(encoder, 'Encoding')?.toUpperCase().slice(0, 16);
  const width = pixelsOf(textAt(encoder, 'Resolution', 'Width'));
  const height = pixelsOf(textAt(encoder, 'Resolution', 'Height'));
  const output =
    part('AudioOutputConfiguration', 'AudioOutput') ??
    descend(profile, 'Extension', 'AudioOutputConfiguration');
  const name = textAt(source, 'Name') ?? textAt(profile, 'Name') ?? sourceToken;
  return {
    profileToken,
    sourceToken,
    configurationToken: source?.attributes.get('token')?.slice(0, maxTokenLength) ?? sourceToken,
    name: name.slice(0, maxNameLength),
    ...(codec === undefined ? {} : { codec }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    canTurn: part('PTZConfiguration', 'PTZ') !== undefined,
    canHear: output !== undefined,
  };
}

/** The larger the better; single pictures (JPEG) only where there is nothing else. */
function rank({ codec, width = 0, height = 0 }: ReadProfile): number {
  return width * height - (codec === 'JPEG' ? 1e9 : 0);
}

/** The smallest that still shows something, and smaller than the main one. */
function subOf(sorted: readonly ReadProfile[], main: ReadProfile): ReadProfile | undefined {
  const smaller = sorted.filter((profile) => profile.codec !== 'JPEG' && rank(profile) < rank(main));
  return smaller.findLast(({ width = 0 }) => width >= leastSubWidth) ?? smaller.at(-1);
}

function described({ profileToken, codec, width, height }: ReadProfile): DeviceProfile {
  return {
    profileToken,
    ...(codec === undefined ? {} : { codec }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

function isToken(text: string): boolean {
  return text !== '' && text.length <= maxTokenLength && !/\p{Cc}/u.test(text);
}

function pixelsOf(text: string | undefined): number | undefined {
  const pixels = Number(text ?? Number.NaN);
  return Number.isInteger(pixels) && pixels > 0 && pixels <= 65_536 ? pixels : undefined;
}
