import type { TFunction } from 'i18next';
import type { TileState } from './tileState.ts';

/** The texts of a tile: one word or two for the strip, more for the plate over an old picture. */
export interface TileWords {
  word: string;
  /** Since when; empty when that says nothing. */
  since: string;
  /** What is wrong and what happens next, in a sentence; empty when the word says it all. */
  detail: string;
  /** "Not live · picture from 14:03:22", or that there is none; empty for a live tile. */
  picture: string;
}

/** Puts a tile's state into words; `time` writes Unix milliseconds of the hub as a time of day. */
export function tileWords(state: TileState, t: TFunction, time: (atMs: number) => string): TileWords {
  const since = 'sinceMs' in state ? t('tile.since', { since: time(state.sinceMs) }) : '';
  return {
    word: wordOf(state, t),
    since,
    detail: detailOf(state, t, time),
    picture: pictureOf(state, t, time),
  };
}

function wordOf(state: TileState, t: TFunction): string {
  if (state.kind === 'no_camera') return t('tile.noCamera');
  if (state.kind === 'connecting' && state.awaits !== undefined) return t(`tile.awaits.${state.awaits}`);
  if (state.kind === 'live' && state.jumps === true) return t('tile.jumps');
  return t(`tile.${state.kind}`);
}

function detailOf(state: TileState, t: TFunction, time: (atMs: number) => string): string {
  switch (state.kind) {
    case 'offline':
      if (state.cause === 'hub') return t('tile.hubLost');
      if (state.cause === 'problem') return t('tile.problem');
      if (state.retryAtMs === undefined) return t('tile.retryingNow');
      return t('tile.nextAttempt', { at: time(state.retryAtMs) });
    case 'unauthorized':
      return t('tile.unauthorizedDetail');
    case 'unsupported':
      return state.codec === undefined
        ? t('tile.unsupportedDetailUnknown')
        : t('tile.unsupportedDetail', { codec: state.codec });
    case 'undecodable':
      return t('tile.undecodableDetail');
    case 'no_camera':
    case 'connecting':
    case 'live':
    case 'still':
    case 'waiting':
    case 'frozen':
      return '';
  }
}

function pictureOf(state: TileState, t: TFunction, time: (atMs: number) => string): string {
  if (state.kind === 'live' || state.kind === 'no_camera') return '';
  return state.pictureAtMs === undefined
    ? t('tile.noPicture')
    : t('tile.pictureAt', { at: time(state.pictureAtMs) });
}
