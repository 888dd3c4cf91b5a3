/** After this time a reading that failed is tried again. Milliseconds. */
const againMs = 5_000;

/**
 * Reads which kitchens the public may see. A reading that fails is tried again until one succeeds, another one is asked for, or nothing
 * is wanted any more.
 */
export function createKitchenReader<Kitchens>({
  read,
  isWanted,
  take,
}: {
  /** Undefined where the hub did not answer with kitchens. */
  read(): Promise<Kitchens | undefined>;
  /** False while nothing may be shown, such as with the curtain. */
  isWanted(): boolean;
  take(kitchens: Kitchens): void;
}): () => Promise<void> {
  let latest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readNow = async (): Promise<void> => {
    clearTimeout(timer);
    latest += 1;
    const own = latest;
    const kitchens = await read().catch(() => undefined);
    if (own !== latest || !isWanted()) return;
    if (kitchens === undefined) timer = setTimeout(() => void readNow(), againMs);
    else take(kitchens);
  };
  return readNow;
}
