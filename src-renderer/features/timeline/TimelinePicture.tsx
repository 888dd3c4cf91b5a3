import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type {
  TimelineEvent,
  TimelinePicture as PictureId,
} from '../../../src-shared/timeline/timeline.protocol.ts';
import { nearestEvent } from '../../../src-shared/timeline/timelineOrder.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { TimelineStore } from './timelineStore.ts';

/** Where a picture can be shown from; undefined where the hub does not have it. */
export type LoadPicture = (picture: PictureId) => Promise<string | undefined>;

export interface TimelinePictureProps {
  store: TimelineStore;
  events: readonly TimelineEvent[];
  load: LoadPicture;
  times: TimeFormat;
}

/** The picture nearest to the moment that the panes show. */
export function TimelinePicture({ store, events, load, times }: TimelinePictureProps) {
  const { t } = useTranslation();
  const timeMs = useStore(store, (state) => state.timeMs);
  const withPictures = useMemo(() => events.filter(({ picture }) => picture !== undefined), [events]);
  const nearest = nearestEvent(withPictures, timeMs);
  const [loaded, setLoaded] = useState<{ eventId: string; url: string | undefined }>();
  useEffect(() => {
    const picture = nearest?.picture;
    if (nearest === undefined || picture === undefined) return undefined;
    let isWanted = true;
    void load(picture).then((url) => {
      if (isWanted) setLoaded({ eventId: nearest.eventId, url });
    });
    return () => {
      isWanted = false;
    };
  }, [load, nearest]);
  const title = t('timeline.picture.title');
  if (nearest === undefined) {
    return (
      <section className="timeline-pane" aria-label={title}>
        <h2>{title}</h2>
        <p className="desk-dim">{t('timeline.picture.none')}</p>
      </section>
    );
  }
  const isLoaded = loaded?.eventId === nearest.eventId;
  const caption = t('timeline.picture.at', { at: times.timeOfDay(nearest.atMs) });
  return (
    <section className="timeline-pane" aria-label={title} data-picture-of={nearest.eventId}>
      <h2>{caption}</h2>
      {isLoaded && loaded.url !== undefined ? (
        <img className="timeline-picture" src={loaded.url} alt={caption} />
      ) : (
        <p className="desk-dim">{t(isLoaded ? 'timeline.picture.failed' : 'timeline.picture.loading')}</p>
      )}
    </section>
  );
}
