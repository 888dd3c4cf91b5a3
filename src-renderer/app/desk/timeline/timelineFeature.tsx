import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { TimelinePanel } from '../../../features/timeline/TimelinePanel.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskMap } from '../map/MapFeed.ts';
import type { DeskTimeline } from './DeskTimeline.ts';

export interface TimelineFeatureParts {
  session: SessionStore;
  map: DeskMap;
  timeline: DeskTimeline;
}

/** The timeline, in place of the view while one is open. */
export function createTimelineFeature(parts: TimelineFeatureParts): DeskFeature {
  const { store, actions } = parts.timeline;
  const isOpen = (): boolean => store.getState().subject !== undefined;
  return {
    panels: { main: { reads: [store], isShown: isOpen, Panel: () => <Timeline {...parts} /> } },
    keys: {
      escape: {
        alert() {
          if (!isOpen()) return false;
          actions.close();
          return true;
        },
      },
      help: (t) => [
        {
          title: t('timeline.title'),
          keys: [
            { keys: ['←', '→'], text: t('timeline.keys.step') },
            { keys: ['PgUp', 'PgDn'], text: t('timeline.keys.jump') },
            { keys: ['Home', 'End'], text: t('timeline.keys.ends') },
            { keys: ['+', '-', '0'], text: t('timeline.keys.zoom') },
          ],
        },
      ],
    },
  };
}

function Timeline({ session, map, timeline }: TimelineFeatureParts) {
  const { i18n } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const known = useStore(map.store, (state) => state.sites);
  const sites = useMemo(
    () =>
      [...known.values()].flatMap(({ siteName, siteNameEn, latitude, longitude }) =>
        latitude === undefined || longitude === undefined
          ? []
          : [{ name: (i18n.language === 'en' ? siteNameEn : undefined) ?? siteName, latitude, longitude }],
      ),
    [known, i18n.language],
  );
  return (
    <TimelinePanel
      store={timeline.store}
      actions={timeline.actions}
      times={times}
      enabled={enabled}
      sites={sites}
      loadPicture={timeline.loadPicture}
    />
  );
}
