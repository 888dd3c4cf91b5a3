import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lastIndexAt } from '../../../src-shared/timeline/timelineOrder.ts';
import { svgPath, trackMap } from '../../../src-shared/timeline/trackMap.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { ReadTimeline, TimelineStore } from './timelineStore.ts';

/** A site near the positions. */
export interface NearbySite {
  name: string;
  latitude: number;
  longitude: number;
}

export interface TimelineMapProps {
  store: TimelineStore;
  timeline: ReadTimeline;
  /** Sites of the registry, for the ground of the map. */
  sites: readonly NearbySite[];
  times: TimeFormat;
}

const size = { width: 480, height: 360 };
/** Sites that are drawn, and of these those that have their names. */
const maxSites = 60;
const namedSites = 5;

/** Where everybody was at the moment that the panes show, and how they came there. */
export function TimelineMap({ store, timeline, sites, times }: TimelineMapProps) {
  const { t } = useTranslation();
  const timeMs = useStore(store, (state) => state.timeMs);
  const { events, head, names } = timeline;
  const map = useMemo(() => trackMap(events, head.place, size), [events, head.place]);
  const ground = useMemo(() => {
    if (map === undefined) return [];
    const isInside = ({ x, y }: { x: number; y: number }): boolean =>
      x >= 0 && x <= size.width && y >= 0 && y <= size.height;
    const middle = map.place ?? { x: size.width / 2, y: size.height / 2 };
    return sites
      .map((site) => ({ name: site.name, ...map.pointOf(site) }))
      .filter(isInside)
      .sort((a, b) => Math.hypot(a.x - middle.x, a.y - middle.y) - Math.hypot(b.x - middle.x, b.y - middle.y))
      .slice(0, maxSites);
  }, [map, sites]);
  const title = t('timeline.map.title', { at: times.timeOfDay(timeMs) });
  if (map === undefined) {
    return (
      <section className="timeline-pane" aria-label={title}>
        <p className="desk-dim">{t('timeline.map.none')}</p>
      </section>
    );
  }
  const { scale, place } = map;
  const scaleText =
    scale.metres < 1_000
      ? t('timeline.map.metres', { count: scale.metres })
      : t('timeline.map.kilometres', { distance: scale.metres / 1_000 });
  return (
    <section className="timeline-pane" aria-label={title}>
      <h2>{title}</h2>
      <svg
        className="timeline-map"
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={title}
      >
        {ground.map(({ name, x, y }, index) => (
          <g key={`${name} ${x} ${y}`} className="timeline-site">
            <circle cx={x} cy={y} r={2} />
            {index < namedSites && (
              <text x={x + 5} y={y + 3}>
                {name}
              </text>
            )}
          </g>
        ))}
        {place !== undefined && (
          <g className="timeline-place" data-timeline-place>
            <circle cx={place.x} cy={place.y} r={6} />
            <text x={place.x + 10} y={place.y - 6}>
              {t('timeline.map.place')}
            </text>
          </g>
        )}
        {map.tracks.map(({ memberId, points }) => {
          const last = lastIndexAt(points, timeMs);
          const at = points[last];
          return (
            <g key={memberId} className="timeline-track" data-track-of={memberId}>
              <path className="timeline-track-all" d={svgPath(points)} />
              {last > 0 && <path className="timeline-track-done" d={svgPath(points.slice(0, last + 1))} />}
              {at !== undefined && (
                <g data-position-at={Math.round(at.atMs)}>
                  <circle cx={at.x} cy={at.y} r={5} />
                  <text x={at.x + 8} y={at.y + 4}>
                    {names[memberId]?.name ?? memberId}
                  </text>
                </g>
              )}
            </g>
          );
        })}
        <g className="timeline-scale">
          <path d={`M12,${size.height - 14}h${scale.width.toFixed(1)}`} />
          <text x={12} y={size.height - 20}>
            {scaleText}
          </text>
        </g>
      </svg>
      {map.tracks.length === 0 && <p className="desk-dim">{t('timeline.map.none')}</p>}
    </section>
  );
}
