/** What is heard at a desk, each from a loudspeaker of its own if need be. */
export const soundPurposes = ['alarms', 'talk', 'cameras'] as const;
export type SoundPurpose = (typeof soundPurposes)[number];

/** A loudspeaker as the browser lists it. */
export interface Output {
  deviceId: string;
  label: string;
}

/** Undefined is the system’s default. */
export type Choices = Readonly<Record<SoundPurpose, Output | undefined>>;

/**
 * Whether the loudspeakers are known. `unnamed`: the browser names them only to a page that may use the microphone. `unsupported`: this
 * browser, or a page over plain HTTP, cannot choose.
 */
export type Listing = 'unread' | 'named' | 'unnamed' | 'none' | 'unsupported';

/**
 * Where a purpose goes now; an empty `deviceId` is the system’s default. `unplugged` and `refused` by the device are the default in place
 * of what was chosen; `unknown`: whether what was chosen is there cannot be read.
 */
export interface Use {
  deviceId: string;
  standing: 'default' | 'chosen' | 'unplugged' | 'refused' | 'unknown';
}

export interface LoudspeakerState {
  listing: Listing;
  /** Without the system’s default. */
  outputs: readonly Output[];
  choices: Choices;
  uses: Readonly<Record<SoundPurpose, Use>>;
}

export const noChoices: Choices = { alarms: undefined, talk: undefined, cameras: undefined };

/** Where each purpose goes. */
export function chooseOutputs(
  listing: Listing,
  outputs: readonly Output[],
  choices: Choices,
  refused: ReadonlySet<string> = new Set(),
): Record<SoundPurpose, Use> {
  const placeOf = (choice: Output | undefined): Use => {
    if (choice === undefined) return { deviceId: '', standing: 'default' };
    if (listing === 'unread' || listing === 'unnamed' || listing === 'unsupported') {
      return { deviceId: '', standing: 'unknown' };
    }
    const output = findOutput(outputs, choice);
    if (output === undefined) return { deviceId: '', standing: 'unplugged' };
    if (refused.has(output.deviceId)) return { deviceId: '', standing: 'refused' };
    return { deviceId: output.deviceId, standing: 'chosen' };
  };
  return { alarms: placeOf(choices.alarms), talk: placeOf(choices.talk), cameras: placeOf(choices.cameras) };
}

/** A browser whose data was cleared gives a device another id: its name finds it again, unless two have that name. */
export function findOutput(outputs: readonly Output[], choice: Output): Output | undefined {
  const same = outputs.find(({ deviceId }) => deviceId === choice.deviceId);
  if (same !== undefined) return same;
  const named = outputs.filter(({ label }) => label !== '' && label === choice.label);
  return named.length === 1 ? named[0] : undefined;
}

/** Reads what was kept. Whatever is not a choice is the system’s default. */
export function parseChoices(kept: string | null): Choices {
  let value: unknown;
  try {
    value = JSON.parse(kept ?? '{}');
  } catch {
    return noChoices;
  }
  const choiceOf = (purpose: SoundPurpose): Output | undefined => {
    const one: unknown = isObject(value) ? value[purpose] : undefined;
    if (!isObject(one) || typeof one.deviceId !== 'string' || typeof one.label !== 'string') return undefined;
    return one.deviceId === '' ? undefined : { deviceId: one.deviceId, label: one.label };
  };
  return { alarms: choiceOf('alarms'), talk: choiceOf('talk'), cameras: choiceOf('cameras') };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
