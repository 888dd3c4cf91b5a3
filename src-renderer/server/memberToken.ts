const storageKey = 'mingchu.memberToken';

/** The secret this phone signed in with; undefined when nobody is signed in. */
export function readMemberToken(storage: Pick<Storage, 'getItem'>): string | undefined {
  return storage.getItem(storageKey) ?? undefined;
}

/** Keeps the secret of a sign-in, or forgets it. */
export function keepMemberToken(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  token: string | undefined,
): void {
  if (token === undefined) storage.removeItem(storageKey);
  else storage.setItem(storageKey, token);
}
