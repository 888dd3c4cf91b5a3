import { maxPresets } from '../../../src-shared/turning/turning.protocol.ts';
import type { Presets } from './presets.ts';
import type { OwnView, OwnViews } from './turning.ports.ts';

/** A camera is asked for its own views at most so often. Milliseconds. */
export const learnEveryMs = 60_000;
/** So many numbers of a camera are used at most; the others are left for views that officers save. */
const most = maxPresets - 8;
const maxNameLength = 30;
/** Names by which cameras list places of which nobody has named a view. */
const placeName = /^(?:preset|预置[点位])?[\s_-]*\d*$/i;

/**
 * Gives numbers to the views that installers have set at cameras, so that they are gone to by name as those of officers. What is renamed or deleted
 * at the camera is so here as well.
 */
export interface LearnedPresets {
  /** Whether the camera has other presets now. `views`: undefined for a camera whose views are not asked for. */
  learn(cameraId: string, views: OwnViews | undefined): Promise<boolean>;
}

export function createLearnedPresets(options: {
  presets: Pick<Presets, 'has' | 'takeUp' | 'forget' | 'missed' | 'ownNameOf' | 'ownNumbersOf'>;
  /** The address by which a camera is turned: at another one it has other views. */
  urlOf(cameraId: string): string | undefined;
  nowMs(): number;
}): LearnedPresets {
  const { presets, urlOf, nowMs } = options;
  const asked = new Map<string, { url: string | undefined; atMs: number }>();
  const forgetMissing = async (
    cameraId: string,
    url: string | undefined,
    listed: readonly OwnView[],
    views: OwnViews,
  ): Promise<boolean> => {
    let isChanged = false;
    for (const number of presets.missed.listed(cameraId, url, listed, presets.ownNumbersOf(cameraId)))
      if (await presets.forget(cameraId, number, views)) isChanged = true;
    return isChanged;
  };
  return {
    async learn(cameraId, views) {
      if (views === undefined) return false;
      const url = urlOf(cameraId);
      const before = asked.get(cameraId);
      if (before !== undefined && before.url === url && nowMs() - before.atMs < learnEveryMs) return false;
      asked.set(cameraId, { url, atMs: nowMs() });
      const listed = await views.list();
      if (listed === undefined) return false;
      let isChanged = await forgetMissing(cameraId, url, listed, views);
      for (const view of namedOf(listed)) {
        const name = Array.from(view.name === '' ? view.token : view.name)
          .slice(0, maxNameLength)
          .join('');
        const { number } = view;
        if (number !== undefined && presets.has(cameraId, number)) {
          const ownName = presets.ownNameOf(cameraId, number);
          // Named by an officer, taken from the list by somebody, or listed by this name already.
          if (ownName === undefined || ownName === name) continue;
        }
        if (await presets.takeUp(cameraId, { ...view, name, url, most }, views)) isChanged = true;
      }
      return isChanged;
    },
  };
}

/** Some cameras list hundreds of places, whether or not a view was set there: of those only the ones with a name of their own count. */
function namedOf(listed: readonly OwnView[]): readonly OwnView[] {
  return listed.length >= maxPresets ? listed.filter(({ name }) => !placeName.test(name)) : listed;
}
