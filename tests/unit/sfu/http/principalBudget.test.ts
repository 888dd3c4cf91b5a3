import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createPrincipalBudget,
  httpRequestsPerSecondOfPrincipal,
  httpRequestsUnderWayOfPrincipal,
} from '../../../../src-sfu/http/principalBudget.ts';

const fang = { kind: 'person', accountId: 'fang' } as const;
const chen = { kind: 'person', accountId: 'chen' } as const;
const screen = { kind: 'screen', accountId: 'fang' } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the HTTP requests of one principal', () => {
  it('have a number in a second, whichever connection they come over, and others have their own', async () => {
    const budget = createPrincipalBudget();
    for (let count = 0; count < httpRequestsPerSecondOfPrincipal; count += 1) {
      const end = await budget.begin(fang);
      expect(end).toBeDefined();
      end?.();
    }
    expect(await budget.begin(fang)).toBeUndefined();
    expect(await budget.begin(chen)).toBeDefined();
    expect(await budget.begin(screen)).toBeDefined();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await budget.begin(fang)).toBeDefined();
  });

  it('are so many at one time, and one that ends makes room for one', async () => {
    const budget = createPrincipalBudget();
    const ends = [];
    for (let count = 0; count < httpRequestsUnderWayOfPrincipal; count += 1)
      ends.push(await budget.begin(fang));
    expect(await budget.begin(fang)).toBeUndefined();
    expect(await budget.begin(chen)).toBeDefined();
    ends[0]?.();
    // A connection that is closed twice is counted once.
    ends[0]?.();
    expect(await budget.begin(fang)).toBeDefined();
    expect(await budget.begin(fang)).toBeUndefined();
  });

  it('that are refused take no place', async () => {
    const budget = createPrincipalBudget();
    for (let count = 0; count < httpRequestsPerSecondOfPrincipal; count += 1) (await budget.begin(fang))?.();
    for (let count = 0; count < httpRequestsUnderWayOfPrincipal; count += 1) {
      expect(await budget.begin(fang)).toBeUndefined();
    }
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await budget.begin(fang)).toBeDefined();
  });
});
