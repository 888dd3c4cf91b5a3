/** Finds out that a browser draws with the processor although it began with the graphics card. */
export interface GraphicsWatch {
  /** Reads Chromium's word for how pages are drawn, `enabled` or `disabled_software`; undefined where it is not known. */
  check(compositing: string | undefined): void;
}

/** `onLost` is called once for each loss; a machine that never had a graphics card loses none. */
export function createGraphicsWatch(onLost: () => void): GraphicsWatch {
  let hadCard = false;
  return {
    check(compositing) {
      if (compositing === undefined) return;
      const hasCard = compositing.startsWith('enabled');
      if (hadCard && !hasCard) onLost();
      hadCard = hasCard;
    },
  };
}
