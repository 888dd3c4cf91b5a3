import { describe, expect, it } from 'vitest';
import { deskName } from '../../../../src-sfu/base/deskName.ts';
import { createSeats } from '../../../../src-sfu/features/session/seats.ts';

describe('seats', () => {
  it('are numbered from 1 per role, and a free number is given again', () => {
    const seats = createSeats();
    expect(seats.take('a', 'duty_officer')).toBe(1);
    expect(seats.take('b', 'duty_officer')).toBe(2);
    expect(seats.take('c', 'supervisor')).toBe(1);
    expect(seats.take('b', 'duty_officer')).toBe(2);
    seats.leave('a');
    expect(seats.take('d', 'duty_officer')).toBe(1);
    expect(seats.take('e', 'duty_officer')).toBe(3);
  });
});

describe('the name of a desk', () => {
  it('is the officer who gave a name, otherwise the seat, never a part of a connection id', () => {
    const identity = { role: 'duty_officer', seat: 2 };
    expect(deskName({ identity })).toBe('值班席 2');
    expect(deskName({ identity: { ...identity, officer: { name: '王芳' } } })).toBe('王芳');
    expect(deskName({ identity: { role: 'supervisor', seat: 1 } })).toBe('指挥长席 1');
    expect(deskName({ identity: { role: 'screen', screenId: 'main' } })).toBe('screen main');
  });
});
