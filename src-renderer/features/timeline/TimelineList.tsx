import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import { lastIndexAt } from '../../../src-shared/timeline/timelineOrder.ts';
import type { EventWords } from '../../../src-shared/timeline/timelineWords.ts';
import { useVirtualRows } from '../../ui/desk/useVirtualRows.ts';
import { durationText, type TimeFormat } from '../../ui/times.ts';
import type { TimelineActions } from './timelineActions.ts';
import type { TimelineStore } from './timelineStore.ts';

export interface TimelineListProps {
  store: TimelineStore;
  actions: Pick<TimelineActions, 'setTime'>;
  events: readonly TimelineEvent[];
  wordsOf(event: TimelineEvent): EventWords;
  times: TimeFormat;
}

/** Everything in words, one row an event, scrolled to the moment that the panes show. */
export function TimelineList({ store, actions, events, wordsOf, times }: TimelineListProps) {
  const { t } = useTranslation();
  const timeMs = useStore(store, (state) => state.timeMs);
  const scroller = useRef<HTMLDivElement>(null);
  const rowPx = useRowHeight();
  const rows = useVirtualRows({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const current = lastIndexAt(events, timeMs);
  useEffect(() => {
    if (current >= 0) rows.scrollToIndex(current, { align: 'center' });
    // The list scrolls when the moment or the events change, and stays where somebody scrolled it otherwise.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [current, events, rowPx]);
  return (
    <section className="timeline-list" aria-label={t('timeline.list')}>
      <div
        ref={scroller}
        className="timeline-scroller"
        tabIndex={0}
        role="group"
        aria-label={t('timeline.list')}
      >
        <div className="timeline-rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, size }) => {
            const event = events[index];
            if (event === undefined) return null;
            const { what, who, detail } = wordsOf(event);
            return (
              <button
                key={event.eventId}
                type="button"
                className="timeline-row"
                style={{ height: size, transform: `translateY(${start}px)` }}
                data-event-id={event.eventId}
                data-lane={event.lane}
                aria-current={index === current ? 'time' : undefined}
                onClick={() => actions.setTime(event.atMs)}
              >
                <span className="timeline-at">{times.timeOfDay(event.atMs)}</span>
                <span className="timeline-lane">{t(`timeline.lane.${event.lane}`)}</span>
                <strong>{what}</strong>
                <bdi className="timeline-who">{who}</bdi>
                <span className="timeline-detail">
                  <bdi>{detail}</bdi>
                  {event.endedAtMs !== undefined &&
                    ` ${t('timeline.lasted', { clock: durationText(event.endedAtMs - event.atMs) })}`}
                  {event.happenedAtMs !== undefined &&
                    ` ${t('timeline.deviceTime', { at: times.timeOfDay(event.happenedAtMs) })}`}
                </span>
              </button>
            );
          })}
        </div>
      </div>
    </section>
  );
}

/** The height of a row in pixels: two and a half letters of this screen. */
function useRowHeight(): number {
  const text = Number.parseFloat(getComputedStyle(document.body).fontSize);
  return Math.round((Number.isFinite(text) ? text : 14) * 2.2);
}
