import { describe, expect, it } from 'vitest';
import { caseGrid, caseSteps, caseTiles, maxCaseBodyCams } from '../../../../src-shared/wall/wallCase.ts';
import type { OrderStep } from '../../../../src-shared/orders/orders.protocol.ts';

const step = (action: OrderStep['action'], more: Partial<OrderStep> = {}): OrderStep => ({
  atMs: 20,
  happenedAtMs: 10,
  actor: '王芳',
  action,
  ...more,
});

describe('the pictures of a case', () => {
  it.each([0, 1, 2, 3, 8])('fill the upper half and lie over none other, with %i who go', (count) => {
    const memberIds = Array.from({ length: count }, (_unused, index) => `m${index}`);
    const tiles = caseTiles({ orderId: 'o', kitchenId: 'k', memberIds }, (id) => `bodycam:${id}`);
    expect(tiles).toHaveLength(1 + Math.min(count, maxCaseBodyCams));
    const cells = tiles.flatMap(({ column, row, columnSpan, rowSpan }) =>
      Array.from({ length: columnSpan * rowSpan }, (_unused, index) =>
        [column + (index % columnSpan), row + Math.floor(index / columnSpan)].join(),
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { column, columnSpan, row, rowSpan } of tiles) {
      expect(Number.isInteger(columnSpan)).toBe(true);
      expect(column + columnSpan).toBeLessThanOrEqual(caseGrid.columns);
      expect(row + rowSpan).toBe(caseGrid.rows / 2);
    }
  });
  it('keep the place of a kitchen without a camera', () => {
    const [kitchen] = caseTiles({ orderId: 'o', memberIds: [] }, (id) => id);
    expect(kitchen).toMatchObject({ tileId: 'case-kitchen', cameraId: undefined });
  });
});

describe('the steps of a case', () => {
  it('have the time at which they were done, and nothing that somebody wrote', () => {
    const steps = caseSteps([
      step('created', { reason: '举报人姓名', note: '后门密码 1234' }),
      step('noted', { note: '后门密码 1234' }),
      step('delivered', { memberId: 'ann' }),
      step('accepted', { memberId: 'ann', position: { latitude: 1, longitude: 2, accuracyM: 3, atMs: 4 } }),
    ]);
    expect(steps).toEqual([
      { action: 'created', atMs: 10 },
      { action: 'accepted', atMs: 10, memberId: 'ann' },
    ]);
  });
  it('are the newest of many', () => {
    const many = Array.from({ length: 50 }, (_unused, index) => step('escalated', { happenedAtMs: index }));
    expect(caseSteps(many)).toHaveLength(12);
    expect(caseSteps(many).at(-1)?.atMs).toBe(49);
  });
});
