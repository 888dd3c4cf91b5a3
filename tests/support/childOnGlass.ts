import type { Page } from 'playwright';

/** What a child does to the glass, the mouse and the keys of a page. */
export interface ChildOnGlass {
  /** One blow, chosen by chance. */
  hit(): Promise<void>;
}

interface Finger {
  x: number;
  y: number;
  id: number;
}

/** Fingers at one time, of twenty: Chromium takes at most 16 (`WebTouchEvent::kTouchesLengthCap`), and answers no report of the sixteenth. */
const fingersAtOneTime = 15;
/** Fingers of two children. */
const mostFingers = 20;
/** Fingers that stay on the glass for ever, as a drop of water or a fault of the glass has it. */
const deadShare = 0.15;
/** A long press, after which a browser opens its menu. Milliseconds. */
const longPressMs = 700;

const keys = [
  'Tab',
  'Enter',
  ' ',
  'Escape',
  'Backspace',
  'F1',
  'F5',
  'F11',
  'Control+p',
  'Control+r',
  'Control+w',
  'Control+l',
  'Control+Equal',
  'Control+a',
  'Alt+ArrowLeft',
  'Alt+Home',
  'PageDown',
  'ContextMenu',
  'a',
];
/** What is dropped on a page otherwise opens in it. */
const dropped = [
  { mimeType: 'text/plain', data: 'http://127.0.0.1:9/elsewhere' },
  { mimeType: 'text/uri-list', data: 'http://127.0.0.1:9/elsewhere' },
  { mimeType: 'text/html', data: '<a href="http://127.0.0.1:9/elsewhere">x</a>' },
];

/** `random` answers numbers from 0 to 1. */
export async function createChild(page: Page, random: () => number): Promise<ChildOnGlass> {
  const glass = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 1_920, height: 1_080 };
  const at = (): { x: number; y: number } => ({ x: random() * width, y: random() * height });
  const upTo = (most: number): number => Math.floor(random() * most);
  /** Fingers that are on the glass, dead ones among them: one report of it lifts all or none. */
  let down: Finger[] = [];
  let newest = 0;

  const touch = async (
    type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel',
    touchPoints: Finger[] = [],
  ): Promise<void> => {
    await glass.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  const lift = async (): Promise<void> => {
    if (down.length === 0) return;
    down = [];
    await touch(random() < 0.2 ? 'touchCancel' : 'touchEnd');
  };
  /** Puts fingers down, beside those that are dead where there is room. */
  const press = async (places: { x: number; y: number }[]): Promise<void> => {
    if (down.length + places.length > fingersAtOneTime) await lift();
    const fingers = places
      .slice(0, fingersAtOneTime)
      .map((place) => ({ ...place, id: (newest = (newest + 1) % 1_000) }));
    down = [...down, ...fingers];
    await touch('touchStart', down);
  };
  const liftOrLeave = async (): Promise<void> => {
    if (random() >= deadShare) await lift();
  };

  const blows: (() => Promise<void>)[] = [
    async function manyFingers() {
      await press(Array.from({ length: 1 + upTo(mostFingers) }, at));
      down = down.map((finger) => ({ ...finger, ...at() }));
      await touch('touchMove', down);
      await liftOrLeave();
    },
    async function tap() {
      await press([at()]);
      await liftOrLeave();
    },
    async function longPress() {
      await press([at()]);
      await new Promise((resolve) => setTimeout(resolve, longPressMs));
      await liftOrLeave();
    },
    async function pinch() {
      const { x, y } = at();
      const two = (apart: number): { x: number; y: number }[] =>
        [-apart, apart].map((by) => ({ x: Math.min(width - 1, Math.max(0, x + by)), y }));
      await press(two(20));
      for (const apart of [60, 140, 260]) {
        const moved = two(apart);
        down = [
          ...down.slice(0, -2),
          ...down.slice(-2).map((finger, index) => ({ ...finger, ...moved[index] })),
        ];
        await touch('touchMove', down);
      }
      await liftOrLeave();
    },
    async function click() {
      const button = (['left', 'right', 'middle'] as const)[upTo(3)] ?? 'left';
      const { x, y } = at();
      await page.mouse.click(x, y, { button, clickCount: 1 + upTo(3) });
    },
    async function drag() {
      const [from, to] = [at(), at()];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y);
      await page.mouse.up();
    },
    async function turnWheel() {
      await page.mouse.wheel((random() - 0.5) * 2_000, (random() - 0.5) * 2_000);
    },
    async function pressKey() {
      await page.keyboard.press(keys[upTo(keys.length)] ?? 'a');
    },
    async function drop() {
      const item = dropped[upTo(dropped.length)];
      const data = { items: item === undefined ? [] : [item], dragOperationsMask: 1 };
      const where = at();
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await glass.send('Input.dispatchDragEvent', { type, ...where, data });
    },
  ];

  return { hit: async () => blows[upTo(blows.length)]?.() };
}
