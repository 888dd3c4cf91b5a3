import { arrangeLayout } from '../../../src-shared/wall/layouts.ts';
import { tourSettingsSchema, type TourClock } from '../../../src-shared/wall/tourSettings.ts';
import { squarePage, tourFill, type Fill } from './screen.ts';
import type { WallCameras } from './wall.ports.ts';

/** What a screen shows before anybody chose something: a tour in this layout, or the first cameras. */
export type DefaultContent = { fill: 'tour'; layout: '16' } | { fill: 'cameras'; count: number };

/** The default content, made of the cameras there are now. */
export function defaultFill(
  content: DefaultContent,
  cameras: WallCameras,
  clock: TourClock,
  newSeed: () => number,
): Fill {
  if (content.fill === 'tour') {
    const { layout } = content;
    const arranged = arrangeLayout(layout);
    const settings = tourSettingsSchema.parse({});
    if (arranged.ok)
      return tourFill({ layout, arranged: arranged.layout, settings, seed: newSeed() }, cameras, clock);
  }
  const count = content.fill === 'cameras' ? content.count : 0;
  const first = cameras.listCameras().slice(0, count);
  return squarePage(first.map(({ cameraId }) => cameraId));
}
