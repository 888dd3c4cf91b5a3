import {
  maxChecklistItems,
  maxChecklistText,
  type Order,
} from '../../../src-shared/orders/orders.protocol.ts';

/** The checklist that was typed, one item on each line; with what is wrong where it is more than an order can have. */
export function checklistOf(text: string): {
  checklist: Order['checklist'];
  problem: 'many' | 'long' | undefined;
} {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const isLong = lines.some((line) => line.length > maxChecklistText);
  return {
    checklist: lines.map((line, index) => ({ itemId: `item${index + 1}`, text: line, isDone: false })),
    problem: lines.length > maxChecklistItems ? 'many' : isLong ? 'long' : undefined,
  };
}
