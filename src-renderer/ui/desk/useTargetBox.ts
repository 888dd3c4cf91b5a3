import { useEffect, useState } from 'react';

interface TargetBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What is pointed at moves with lists and pictures that come and go. Milliseconds. */
const measureMs = 150;

/**
 * Where the first of these elements is in the window that can be seen, measured again and again; undefined while none is there. `selectors`
 * must be the same array at each drawing.
 */
export function useTargetBox(selectors: readonly string[]): TargetBox | undefined {
  const [box, setBox] = useState<TargetBox>();
  useEffect(() => {
    const measure = (): void => {
      const next = selectors.map((one) => boxOf(one)).find((one) => one !== undefined);
      setBox((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    measure();
    const timer = setInterval(measure, measureMs);
    return () => clearInterval(timer);
  }, [selectors]);
  return box;
}

function boxOf(selector: string): TargetBox | undefined {
  const element = document.querySelector(selector);
  if (element === null) return undefined;
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  const isSeen = width > 0 && height > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  return isSeen ? { left, top, width, height } : undefined;
}
