import { describe, expect, it } from 'vitest';
import { createConnectionLife } from '../../../src-sfu/base/connectionLife.ts';

describe('what was made for a connection', () => {
  it('is undone once when the connection ends', () => {
    const life = createConnectionLife();
    let undone = 0;
    life.undoAtEnd(() => (undone += 1));
    expect([life.isOver(), undone]).toEqual([false, 0]);
    life.end();
    life.end();
    expect([life.isOver(), undone]).toEqual([true, 1]);
  });

  it('is undone at once when the connection ended while it was made', () => {
    const life = createConnectionLife();
    life.end();
    let undone = 0;
    life.undoAtEnd(() => (undone += 1));
    expect(undone).toBe(1);
  });

  it('is left alone when it ended by itself before', () => {
    const life = createConnectionLife();
    let undone = 0;
    const forget = life.undoAtEnd(() => (undone += 1));
    life.undoAtEnd(() => (undone += 10));
    forget();
    life.end();
    expect(undone).toBe(10);
  });

  it('may be ended by what undoes something else', () => {
    const life = createConnectionLife();
    const order: string[] = [];
    const forget = life.undoAtEnd(() => order.push('second'));
    life.undoAtEnd(() => order.push('third'));
    forget();
    life.undoAtEnd(() => life.undoAtEnd(() => order.push('late')));
    life.end();
    expect(order).toEqual(['third', 'late']);
  });
});
