import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { May } from '../../ui/May.tsx';

export interface SpotlightSectionProps {
  screen: WallSnapshot;
  enabled: boolean;
  titleOf(camera: NonNullable<WallSnapshot['tiles'][number]['camera']>): string;
  onEnd(eventId: string): void;
}

/** Who has the spotlight of the screen, and its end. */
export function SpotlightSection({ screen, enabled, titleOf, onEnd }: SpotlightSectionProps) {
  const { t } = useTranslation();
  const { spotlight } = screen;
  if (spotlight === undefined) return null;
  const camera = screen.tiles.find((tile) => tile.camera?.cameraId === spotlight.cameraId)?.camera;
  return (
    <section className="desk-section">
      <h2>{t('controls.spotlightNow')}</h2>
      <p className="desk-not-normal">
        {spotlight.target === 'screen' ? t('spotlight.screen') : t('spotlight.tile')}
        {camera !== undefined && ` · ${titleOf(camera)}`}
      </p>
      <p className="desk-dim">
        {spotlight.untilHandled ? t('spotlight.untilEnded') : t('spotlight.forATime')}
        {spotlight.waiting > 0 && ` · ${t('screen.waiting', { count: spotlight.waiting })}`}
      </p>
      <May asks="wall:endSpotlight">
        <Button disabled={!enabled} onClick={() => onEnd(spotlight.eventId)}>
          {t('spotlight.end')}
        </Button>
      </May>
    </section>
  );
}
