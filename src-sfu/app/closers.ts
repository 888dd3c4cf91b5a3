import type { Logger } from '../logger.ts';
import type { AnyFeature } from './contract.ts';

/** What is open while the hub runs: it is closed in the reverse order. */
export interface Closers {
  closeLater(close: () => void | Promise<void>): void;
  /** The feature itself, which is closed with the rest. */
  closing<Feature extends AnyFeature>(feature: Feature): Feature;
  /** Closes all of them, also when one of them does not close. */
  closeAll(): Promise<void>;
}

export function createClosers(logger: Logger): Closers {
  const closers: (() => void | Promise<void>)[] = [];
  const closeLater = (close: () => void | Promise<void>): void => void closers.push(close);
  return {
    closeLater,
    closing(feature) {
      closeLater(() => feature.close?.());
      return feature;
    },
    async closeAll() {
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          logger.error({ err: error }, 'a part of the hub could not be closed cleanly');
        }
      }
    },
  };
}
