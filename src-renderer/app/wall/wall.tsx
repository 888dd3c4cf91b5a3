import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { createWallProbe } from './screen/wallProbe.ts';
import { routeWallNotices } from './wallFeature.ts';
import { createWallFeatures } from './wallFeatures.ts';
import { createWallParts } from './wallParts.ts';
import { WallSurface } from './WallSurface.tsx';

void startSurface('wall', (shell) => {
  const parts = createWallParts(shell);
  const features = createWallFeatures(parts);
  window.mingchuProbe = createWallProbe({ ...parts, map: parts.wallMap.current });
  return {
    ...joinFeatures(features, routeWallNotices(features)),
    view: <WallSurface {...parts} features={features} />,
  };
});
