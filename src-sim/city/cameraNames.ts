import type { Room } from '../scenes/catalogue.ts';
import type { Word } from './places.ts';

/** What cameras are called, by the room they hang in. A site has its rooms in this order. */
export const roomNames: readonly { room: Room; names: readonly Word[] }[] = [
  {
    room: 'stove',
    names: [
      ['灶台', 'Wok range'],
      ['热菜间', 'Hot kitchen'],
      ['炒菜区', 'Stir-fry area'],
    ],
  },
  {
    room: 'preparation',
    names: [
      ['切配间', 'Cutting room'],
      ['粗加工间', 'Preparation room'],
      ['面点间', 'Pastry room'],
    ],
  },
  {
    room: 'washing',
    names: [
      ['洗消间', 'Washing room'],
      ['餐具清洗区', 'Dishwashing area'],
    ],
  },
  {
    room: 'serving',
    names: [
      ['备餐间', 'Serving room'],
      ['出餐口', 'Serving hatch'],
      ['分餐线', 'Portioning line'],
    ],
  },
];

/** The room that a camera of this name hangs in; names with a number after them count too. */
export function roomOfCameraName(name: string): Room {
  const found = roomNames.find(({ names }) => names.some(([chinese]) => name.startsWith(chinese)));
  return found?.room ?? 'stove';
}
