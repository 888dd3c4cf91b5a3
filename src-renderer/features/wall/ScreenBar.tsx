import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  namedContents,
  type NamedContent,
  type WallSnapshot,
} from '../../../src-shared/wall/wall.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskWallStore } from './deskWallStore.ts';
import { causeWords } from './qualityWords.ts';
import { replacedWords } from '../../ui/replacedWords.ts';
import { May } from '../../ui/May.tsx';

/** How long the desk says that a screen's page was replaced. */
const replacedShownMs = 60 * 60_000;

export interface ScreenBarProps {
  store: DeskWallStore;
  screen: WallSnapshot;
  /** The hub's clock. */
  nowMs: number;
  times: TimeFormat;
  /** Since when the hub is not connected: the screen's state after this time is not known. */
  hubLostSinceMs: number | undefined;
  onContent(content: NamedContent): void;
}

/** The bar of a screen: its name and content, the time of the next page, its displays, and whether it is degraded. */
export function ScreenBar({ store, screen, nowMs, times, hubLostSinceMs, onContent }: ScreenBarProps) {
  const { t } = useTranslation();
  const screens = useStore(store, (state) => state.screens) ?? [];
  const { tour, display, quality, spotlight } = screen;
  const open = display?.open ?? 0;
  return (
    <div className="screen-bar">
      <div className="screen-tabs" role="tablist" aria-label={t('screen.screens')}>
        {screens.map(({ screenId }) => (
          <button
            key={screenId}
            type="button"
            role="tab"
            className="screen-tab"
            aria-selected={screenId === screen.screenId}
            onClick={() => store.chooseScreen(screenId)}
          >
            {t('screen.name', { screen: screenId })}
          </button>
        ))}
      </div>
      <May asks="wall:showContent">
        <div className="screen-tabs" role="radiogroup" aria-label={t('screen.content')}>
          {namedContents.map((content) => (
            <button
              key={content}
              type="button"
              role="radio"
              className="screen-tab"
              aria-checked={content === screen.content}
              disabled={hubLostSinceMs !== undefined}
              data-content={content}
              onClick={() => {
                if (content !== screen.content) onContent(content);
              }}
            >
              {t(`screen.contents.${content}`)}
            </button>
          ))}
        </div>
      </May>
      {hubLostSinceMs !== undefined && (
        <span className="desk-not-normal">{t('screen.asOf', { at: times.timeOfDay(hubLostSinceMs) })}</span>
      )}
      <span className="screen-bar-shows">{shows(screen, t)}</span>
      {screen.scheduled && <span className="desk-dim">{t('screen.scheduled')}</span>}
      {tour !== undefined && (
        <span data-tour-state={tour.state}>
          {t('screen.page', { page: tour.page + 1, round: tour.round + 1 })}
          {tour.turnAtMs === undefined && ` · ${t('screen.paused')}`}
          {tour.turnAtMs !== undefined &&
            hubLostSinceMs === undefined &&
            ` · ${t('screen.turnIn', { seconds: Math.max(0, Math.ceil((tour.turnAtMs - nowMs) / 1_000)) })}`}
        </span>
      )}
      {spotlight !== undefined && (
        <span className="desk-not-normal">
          {t('screen.spotlightSince', { since: times.timeOfDay(spotlight.sinceMs) })}
          {spotlight.waiting > 0 && ` · ${t('screen.waiting', { count: spotlight.waiting })}`}
        </span>
      )}
      {hubLostSinceMs === undefined && (
        <span className={open === 0 ? 'desk-not-normal' : 'desk-dim'} data-displays={open}>
          {open === 0
            ? t('screen.noDisplay')
            : t('screen.displays', { count: open, width: display?.widthPx, height: display?.heightPx })}
        </span>
      )}
      {screen.replaced !== undefined && nowMs - screen.replaced.atMs < replacedShownMs && (
        <span className="desk-not-normal" data-replaced={screen.replaced.cause}>
          {replacedWords(screen.replaced, times, t)}
        </span>
      )}
      {quality !== undefined && quality.name !== 'full' && (
        <span className="desk-not-normal" data-quality={quality.name}>
          {t(`quality.${quality.name}`)} · {t('tile.since', { since: times.timeOfDay(quality.sinceMs) })} ·{' '}
          {causeWords(quality, t)}
        </span>
      )}
    </div>
  );
}

function shows(screen: WallSnapshot, t: TFunction): string {
  if (screen.content === 'map') return t('screen.showsMap');
  if (screen.content === 'board') return t('screen.showsBoard');
  if (screen.content === 'case') return t('screen.showsCase');
  if (screen.chosen !== undefined) return t(`screen.${screen.chosen.type}`, { name: screen.chosen.name });
  if (screen.tour !== undefined) return t('screen.plainTour');
  return screen.tiles.some(({ camera }) => camera !== undefined)
    ? t('screen.fixedPage')
    : t('screen.nothing');
}
