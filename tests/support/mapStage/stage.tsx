import { createRoot } from 'react-dom/client';
import { MapPanel } from '../../../src-renderer/features/map/MapPanel.tsx';
import { MapSiteCard } from '../../../src-renderer/features/map/MapSiteCard.tsx';
import type { CityMap } from '../../../src-renderer/features/map/cityMap.ts';
import { createMapStore, type MapStore } from '../../../src-renderer/features/map/mapStore.ts';
import { MovingPoints } from '../../../src-renderer/features/map/movingPoints.ts';
import { DeskKit } from '../../../src-renderer/ui/desk/DeskKit.tsx';
import { chooseLanguage } from '../../../src-renderer/ui/languages.ts';
import { startLocale } from '../../../src-renderer/ui/locale.ts';
import { createTimeFormat } from '../../../src-renderer/ui/times.ts';
import '../../../src-renderer/ui/tokens.css';

/** The map alone on a page, for whoever measures it: its stores are fed from outside. */
export interface MapStage {
  store: MapStore;
  points: MovingPoints;
  map(): CityMap | undefined;
}

declare global {
  interface Window {
    mapStage?: MapStage;
  }
}

const address = new URLSearchParams(window.location.search);
const language = chooseLanguage(window.location.search, window.localStorage);
await startLocale(language);
const store = createMapStore();
const points = new MovingPoints();
let map: CityMap | undefined;
window.mapStage = { store, points, map: () => map };

const place = document.getElementById('surface');
if (place === null) throw new Error('there is no place for the map');
const asked = address.get('variant');
createRoot(place).render(
  <DeskKit>
    <MapPanel
      store={store}
      points={points}
      variant={asked === 'wall' || asked === 'inset' ? asked : 'desk'}
      focus={asked === 'inset' ? [114.3, 29.85] : undefined}
      onMap={(made) => {
        map = made;
      }}
    >
      <MapSiteCard
        store={store}
        cameras={[]}
        times={createTimeFormat(language, Date.now())}
        onOpenCamera={() => undefined}
        onCarryCamera={() => undefined}
      />
    </MapPanel>
  </DeskKit>,
);
