const storageKey = 'mingchu.accessKey';

/** The parts of a page that the access key passes through; stand-ins serve in tests. */
export interface AccessKeyPage {
  href: string;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Replaces the address without loading the page again. */
  replaceAddress(href: string): void;
}

/**
 * The key of the hub's access link (`?access=…`). It is moved from the address, where visitors could read it and
 * histories would keep it, into this tab's session storage.
 */
export function takeAccessKey(page: AccessKeyPage): string | undefined {
  const address = new URL(page.href);
  const given = address.searchParams.get('access');
  if (given === null) return page.storage.getItem(storageKey) ?? undefined;
  address.searchParams.delete('access');
  page.replaceAddress(address.href);
  if (given === '') return undefined;
  page.storage.setItem(storageKey, given);
  return given;
}
