import { describe, expect, it } from 'vitest';
import { redeemTicket } from '../../../../src-renderer/server/screenTicket.ts';

/** A page at an address, and what it did there. */
async function openPage(href: string, screen?: { surface: string; screenId: string }, isAway = false) {
  const addresses: string[] = [];
  const asked: [path: string, body: unknown][] = [];
  await redeemTicket({
    href,
    replaceAddress: (to) => void addresses.push(to),
    fetch(address, init) {
      asked.push([String(address), init?.body]);
      if (isAway) return Promise.reject(new TypeError('Failed to fetch'));
      return Promise.resolve(Response.json(screen === undefined ? {} : { screen }));
    },
  });
  return { addresses, asked };
}

describe('the ticket of a screen', () => {
  it('goes out of the address and is used once', async () => {
    const { addresses, asked } = await openPage('http://hub/wall.html?lang=en&ticket=s3cret&screen=left');
    expect(addresses).toEqual(['http://hub/wall.html?lang=en&screen=left']);
    expect(asked).toEqual([
      ['/api/v1/screen', undefined],
      ['/api/v1/pairings/collect', '{"secret":"s3cret"}'],
    ]);
  });

  it('is left alone by a browser that is this screen already, and used by one that is another', async () => {
    const used = async (href: string, screen: { surface: string; screenId: string }) =>
      (await openPage(href, screen)).asked.length === 2;
    const main = { surface: 'wall', screenId: 'main' };
    expect(await used('http://hub/wall.html?ticket=s', main)).toBe(false);
    expect(await used('http://hub/wall.html?ticket=s&screen=main', main)).toBe(false);
    expect(await used('http://hub/wall.html?ticket=s&screen=left', main)).toBe(true);
    expect(await used('http://hub/showcase.html?ticket=s', main)).toBe(true);
  });

  it('hinders no page when the hub is away', async () => {
    const { addresses } = await openPage('http://hub/wall.html?ticket=s', undefined, true);
    expect(addresses).toEqual(['http://hub/wall.html']);
  });

  it('takes the key of an old access link out of the address, and shows it to nobody', async () => {
    const { addresses, asked } = await openPage('http://hub/wall.html?access=KEY');
    expect([addresses, asked]).toEqual([['http://hub/wall.html'], []]);
  });

  it('is absent from most addresses, and then nothing is asked', async () => {
    const { addresses, asked } = await openPage('http://hub/wall.html?screen=left');
    expect([addresses, asked]).toEqual([[], []]);
  });
});
