import { Marker, type Map as MapLibre } from 'maplibre-gl';
import type { Position } from './coordinates.ts';
import { nameOf, type UrgentMark } from './siteMarks.ts';

/** The words of so many at most are shown: more would cover the map. The shapes stay, all of them. */
const mostWords = 8;

/** The markers of class-1 alerts over a map. */
export interface UrgentMarkers {
  show(marks: readonly UrgentMark[], kindName: (kindId: string) => string): void;
  destroy(): void;
}

/**
 * Class-1 alerts as elements over the map, which no cluster hides: the pulse of one that nobody took is the browser's own
 * animation and needs the map not to be drawn again. Words are set as text, never as markup.
 */
export function createUrgentMarkers(options: {
  map: MapLibre;
  language: string;
  toMap(position: Position): Position;
  onChosen: ((siteId: string) => void) | undefined;
}): UrgentMarkers {
  const { map, language, toMap, onChosen } = options;
  const markers = new Map<string, { marker: Marker; element: HTMLElement; words: HTMLElement }>();

  const add = (mark: UrgentMark) => {
    const element = document.createElement(onChosen === undefined ? 'div' : 'button');
    element.className = 'map-urgent';
    const shape = document.createElement('span');
    shape.className = 'map-urgent-shape';
    shape.textContent = '!';
    const words = document.createElement('span');
    words.className = 'map-urgent-words';
    element.append(shape, words);
    if (onChosen !== undefined) {
      element.addEventListener('click', (event) => {
        event.stopPropagation();
        onChosen(mark.siteId);
      });
    }
    const marker = new Marker({ element, anchor: 'center' })
      .setLngLat(toMap([mark.longitude, mark.latitude]))
      .addTo(map);
    const made = { marker, element, words };
    markers.set(mark.alertId, made);
    return made;
  };

  /** The first ones' words are read; those that would lie over them wait. */
  const arrangeWords = (): void => {
    const taken: DOMRect[] = [];
    for (const { words } of markers.values()) {
      words.hidden = false;
      const box = words.getBoundingClientRect();
      words.hidden = taken.length >= mostWords || taken.some((other) => overlap(other, box));
      if (!words.hidden) taken.push(box);
    }
  };
  map.on('moveend', arrangeWords);

  return {
    show(marks, kindName) {
      const present = new Set(marks.map(({ alertId }) => alertId));
      for (const [alertId, { marker }] of markers) {
        if (present.has(alertId)) continue;
        marker.remove();
        markers.delete(alertId);
      }
      for (const mark of marks) {
        const { marker, element, words } = markers.get(mark.alertId) ?? add(mark);
        marker.setLngLat(toMap([mark.longitude, mark.latitude]));
        const text = `${kindName(mark.kindId)} · ${nameOf(mark, language)}`;
        element.dataset.alertId = mark.alertId;
        element.classList.toggle('map-urgent--new', mark.unacknowledged);
        element.setAttribute('aria-label', text);
        words.textContent = text;
        // Alerts that nobody has acknowledged are drawn on top.
        element.style.zIndex = mark.unacknowledged ? '3' : '2';
      }
      arrangeWords();
    },
    destroy() {
      map.off('moveend', arrangeWords);
      for (const { marker } of markers.values()) marker.remove();
      markers.clear();
    },
  };
}

function overlap(a: DOMRect, b: DOMRect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
