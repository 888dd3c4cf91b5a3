/** The parts of a page that a ticket passes through; stand-ins serve in tests. */
export interface TicketPage {
  href: string;
  /** Replaces the address without loading the page again. */
  replaceAddress(href: string): void;
  fetch: typeof fetch;
}

/**
 * A screen that was opened by an address with a ticket (`?ticket=…`) becomes that screen: the hub gives its browser a cookie. The
 * ticket opens nothing more after that, and goes out of the address, which visitors can read. A browser that is this screen already
 * leaves the ticket alone. Without an answer the page goes on, and shows why it is not let in.
 */
export async function redeemTicket(page: TicketPage): Promise<void> {
  const address = new URL(page.href);
  const secret = address.searchParams.get('ticket');
  const hasOldKey = address.searchParams.has('access');
  if (secret === null && !hasOldKey) return;
  address.searchParams.delete('ticket');
  // The access link of older hubs: it opens nothing, and its key is not to be seen.
  address.searchParams.delete('access');
  page.replaceAddress(address.href);
  if (secret === null || secret === '') return;
  try {
    if (await isThisScreen(page, address)) return;
    await page.fetch('/api/v1/pairings/collect', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret }),
    });
  } catch {
    // The hub is not there: the page waits for it, and shows a code when it is let in by no cookie.
  }
}

async function isThisScreen({ fetch }: TicketPage, { pathname, searchParams }: URL): Promise<boolean> {
  const answer = await fetch('/api/v1/screen', { cache: 'no-store' });
  const { screen } = (await answer.json()) as { screen?: { surface: string; screenId: string } };
  return (
    screen !== undefined &&
    pathname === `/${screen.surface}.html` &&
    screen.screenId === (searchParams.get('screen') ?? 'main')
  );
}
