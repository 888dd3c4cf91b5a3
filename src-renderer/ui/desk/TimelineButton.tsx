import { Button } from '@mantine/core';
import { createContext, use } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineSubject } from '../../../src-shared/timeline/timeline.protocol.ts';
import { May } from '../May.tsx';

/** Opens a timeline on this surface. Where nobody provides it there are no timelines, and no buttons for them. */
export const TimelineContext = createContext<((subject: TimelineSubject) => void) | undefined>(undefined);

/** Opens the timeline of an order, a site or an SOS. */
export function TimelineButton({ type, id }: TimelineSubject) {
  const { t } = useTranslation();
  const open = use(TimelineContext);
  if (open === undefined) return null;
  return (
    <May asks="timeline:read">
      <Button
        variant="default"
        size="compact-sm"
        data-open-timeline={`${type}:${id}`}
        onClick={() => open({ type, id })}
      >
        {t('timeline.title')}
      </Button>
    </May>
  );
}
