import type { Show } from './catalogue.ts';
import { coveredLens } from './kitchens/coveredLens.ts';
import { cuttingRoom, pastryRoom } from './kitchens/preparation.ts';
import { servingBelt, servingCounter } from './kitchens/serving.ts';
import { stoveCorner, stoveLine, stoveMorning } from './kitchens/stoves.ts';
import { washingRoom } from './kitchens/washing.ts';
import { stageDrawer } from './stage.ts';
import type { StageMaker } from './stage.ts';

const makers: Readonly<Record<string, StageMaker>> = {
  'stove-line': stoveLine,
  'stove-corner': stoveCorner,
  'stove-morning': stoveMorning,
  'cutting-room': cuttingRoom,
  'pastry-room': pastryRoom,
  'washing-room': washingRoom,
  'serving-belt': servingBelt,
  'serving-counter': servingCounter,
};

/** Makes the function that draws a scene frame by frame and gives each picture's RGBA pixels. */
export function sceneDrawer(sceneId: string, show: Show): (index: number) => Uint8Array {
  const maker = show === 'black' ? coveredLens : makers[sceneId];
  if (!maker) throw new Error(`no scene is called ${sceneId}`);
  return stageDrawer(maker(show));
}
