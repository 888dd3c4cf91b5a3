const nameKey = 'mingchu.officerName';
const idKey = 'mingchu.officerId';
const longestName = 40;

/** The person at a desk, as histories name them. */
export interface Officer {
  /** The same for the same seat, whatever name is given there. */
  id: string;
  name: string;
}

/** Who sits here, as was last said; undefined until somebody has. */
export function readOfficer(storage: Pick<Storage, 'getItem'>): Officer | undefined {
  const id = storage.getItem(idKey);
  const name = storage.getItem(nameKey);
  return id === null || name === null ? undefined : { id, name };
}

/** Keeps who sits here now. A name of blanks changes nothing. */
export function keepOfficer(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  name: string,
  newId: () => string,
): Officer | undefined {
  const kept = name.trim().slice(0, longestName);
  if (kept === '') return readOfficer(storage);
  const id = storage.getItem(idKey) ?? newId();
  storage.setItem(idKey, id);
  storage.setItem(nameKey, kept);
  return { id, name: kept };
}
