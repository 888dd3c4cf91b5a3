import type { TFunction } from 'i18next';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';

const causes = ['dropped', 'notPresented', 'fallingBehind', 'pageFrames', 'recovered'] as const;

/** Why a screen is degraded, with the figure that decided and its limit. */
export function causeWords(quality: NonNullable<WallSnapshot['quality']>, t: TFunction): string {
  const { cause, value, limit } = quality;
  const known = causes.find((name) => name === cause);
  if (known === undefined) return t('quality.cause.other', { cause });
  // Shares are written in per cent, the time without a loss in seconds.
  const written = (figure: number): string =>
    known === 'recovered' ? `${(figure / 1_000).toFixed(0)} s` : `${(figure * 100).toFixed(1)}%`;
  return t(`quality.cause.${known}`, { value: written(value), limit: written(limit) });
}
