import type { TFunction } from 'i18next';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';

const causes = ['dropped', 'notPresented', 'fallingBehind', 'pageFrames', 'recovered'] as const;

/** Why a screen is thinned, with the figure that decided and its limit. */
export function causeWords(thinning: NonNullable<WallSnapshot['thinning']>, t: TFunction): string {
  const { cause, value, limit } = thinning;
  const known = causes.find((name) => name === cause);
  if (known === undefined) return t('thinning.cause.other', { cause });
  // Shares are told in per cent, a good time in seconds.
  const written = (figure: number): string =>
    known === 'recovered' ? `${(figure / 1_000).toFixed(0)} s` : `${(figure * 100).toFixed(1)}%`;
  return t(`thinning.cause.${known}`, { value: written(value), limit: written(limit) });
}
