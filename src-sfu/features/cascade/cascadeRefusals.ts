import { createHash } from 'node:crypto';
import { maxUpperPlatforms, type UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';

/** There is no platform of this id. */
export function noSuchPlatform(): Ack<never> {
  return refuse('not_found', 'There is no such upper platform.', { reason: 'cascade.no_such_platform' });
}

/** The registry has no camera of this id. */
export function noSuchCamera(): Ack<never> {
  return refuse('not_found', 'There is no such camera.', { reason: 'cascade.no_such_camera' });
}

/** Why settings cannot be taken; undefined where they can. `except`: the platform that they are for, where it is there already. */
export async function settingsRefusal(
  settings: UpperSettings,
  platforms: readonly { upperId: string; settings: UpperSettings }[],
  except: string | undefined,
  isOurselves: (settings: UpperSettings) => Promise<boolean>,
): Promise<Ack<never> | undefined> {
  const isSamePlace = ({ address, port }: UpperSettings): boolean =>
    address === settings.address && port === settings.port;
  const other = platforms.find((one) => one.upperId !== except && isSamePlace(one.settings));
  if (other !== undefined) {
    const { name } = other.settings;
    const message = `There is an upper platform at this address already: ${name}.`;
    return refuse('conflict', message, { reason: 'cascade.already_there', name });
  }
  if (!(await isOurselves(settings))) return undefined;
  const message = 'This address and id are this hub’s own. Enter those of the upper platform.';
  return refuse('conflict', message, { reason: 'cascade.ourselves' });
}

/** No more platforms are taken. */
export function tooManyPlatforms(): Ack<never> {
  return refuse('too_many', `There can be ${maxUpperPlatforms} upper platforms at most.`, {
    reason: 'cascade.too_many',
    most: maxUpperPlatforms,
  });
}

/** What was to be changed is not any more as the sender has seen it. */
export function changedMeanwhile({ name }: Pick<UpperSettings, 'name'>): Ack<never> {
  return refuse('conflict', `${name} was changed meanwhile. Open it again and repeat the change.`, {
    reason: 'cascade.changed_meanwhile',
    name,
  });
}

/** A revision of settings or of a set of cameras: the same for the same content. */
export function revisionOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
}
