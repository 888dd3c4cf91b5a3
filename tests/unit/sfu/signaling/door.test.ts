import { describe, expect, it } from 'vitest';
import {
  createDoor,
  maxStrangers,
  maxStrangersOfAddress,
  strangerLifeMs,
  type Place,
  type PlaceKind,
} from '../../../../src-sfu/signaling/door.ts';

describe('the places at the hub', () => {
  const open = () => {
    let nowMs = 0;
    const ended: string[] = [];
    const door = createDoor({ nowMs: () => nowMs });
    const enter = (name: string, kind: PlaceKind, parts: Partial<Place> = {}): Place => {
      nowMs += 1;
      const place: Place = {
        kind,
        address: '10.0.0.1',
        isJoined: false,
        sinceMs: nowMs,
        end: () => ended.push(name),
        ...parts,
      };
      door.enter(place);
      return place;
    };
    return { door, ended, enter, pass: (ms: number) => (nowMs += ms) };
  };

  it('end a stranger after half a minute, joined or not, and who never says what it is', () => {
    const { door, ended, enter, pass } = open();
    enter('silent stranger', 'stranger');
    enter('visitor', 'stranger', { isJoined: true });
    enter('silent key', 'surface');
    enter('silent member', 'member', { memberId: 'ann' });
    enter('wall', 'surface', { isJoined: true });
    enter('phone', 'member', { isJoined: true, memberId: 'bo' });
    pass(strangerLifeMs - 10);
    door.expire();
    expect(ended).toEqual([]);
    pass(20);
    door.expire();
    expect(ended).toEqual(['silent stranger', 'visitor', 'silent key', 'silent member']);
  });

  it('leave half of them to others, however many surfaces one account opens', () => {
    const { door, enter } = open();
    let taken = 0;
    for (let index = 0; index < 200; index += 1) {
      const place = enter(`s${index}`, 'surface', { owner: 'person:wang' });
      if (door.hasRoomFor(place, 100)) taken += 1;
      else door.leave(place);
    }
    expect(taken).toBe(50);
    const other = enter('another desk', 'surface', { owner: 'person:li' });
    expect(door.hasRoomFor(other, 100)).toBe(true);
    // One that joins again has its place already.
    expect(door.hasRoomFor(other, 51)).toBe(true);
    expect(door.hasRoomFor(other, 50)).toBe(false);
  });

  it('keep some for people, however many screens and keys are connected', () => {
    const { door, enter } = open();
    const taken = Array.from({ length: 60 }, (_, index) => {
      const place = enter(`w${index}`, 'surface', { owner: `screen:${index}` });
      const hasRoom = door.hasRoomFor(place, 50);
      if (!hasRoom) door.leave(place);
      return hasRoom;
    }).filter(Boolean).length;
    // 10 % of 50 are kept.
    expect(taken).toBe(45);
    const people = Array.from({ length: 6 }, (_, index) => {
      const place = enter(`d${index}`, 'surface', { owner: `person:${index}` });
      const hasRoom = door.hasRoomFor(place, 50);
      if (!hasRoom) door.leave(place);
      return hasRoom;
    });
    expect(people).toEqual([true, true, true, true, true, false]);
  });

  it.each([
    [1, 1],
    [2, 1],
    [4, 2],
    [20, 18],
  ])('of a hub of %i leave %i to screens', (maxSurfaces, forScreens) => {
    const { door, enter } = open();
    const rooms = Array.from({ length: maxSurfaces + 1 }, (_, index) => {
      const place = enter(`w${index}`, 'surface', { owner: `screen:${index}` });
      const hasRoom = door.hasRoomFor(place, maxSurfaces);
      if (!hasRoom) door.leave(place);
      return hasRoom;
    });
    expect(rooms.filter(Boolean)).toHaveLength(forScreens);
  });

  it('let one account open a few surfaces at a small hub too', () => {
    const { door, enter } = open();
    const places = Array.from({ length: 4 }, (_, index) =>
      enter(`s${index}`, 'surface', { owner: 'person:wang' }),
    );
    expect(places.map((place) => door.hasRoomFor(place, 4))).toEqual([true, true, true, true]);
  });

  it('hold so many strangers of one address, the newest of them', () => {
    const { ended, enter } = open();
    for (let index = 0; index < maxStrangersOfAddress + 5; index += 1) enter(`s${index}`, 'stranger');
    expect(ended).toEqual(['s0', 's1', 's2', 's3', 's4']);
  });

  it('hold no more strangers than there is room for, and take it from the address with most', () => {
    const { ended, enter } = open();
    enter('a phone', 'stranger', { address: '10.0.0.9' });
    for (let index = 0; index < maxStrangers + 100; index += 1) {
      enter(`s${index}`, 'stranger', { address: `10.1.0.${index % 5}` });
    }
    expect(ended).toHaveLength(101);
    expect(ended).not.toContain('a phone');
  });

  it('are never taken from signed-in members or holders of the key, whatever strangers do', () => {
    const { ended, enter } = open();
    for (let index = 0; index < 40; index += 1) {
      enter(`phone ${index}`, 'member', { memberId: `m${index}`, isJoined: true });
      enter(`wall ${index}`, 'surface', { isJoined: true });
    }
    for (let index = 0; index < 500; index += 1) enter(`s${index}`, 'stranger');
    expect(ended.filter((name) => !name.startsWith('s'))).toEqual([]);
  });

  it('are the member’s own once a phone joined, and not counted among strangers', () => {
    const { door, ended, enter } = open();
    const phone = enter('phone', 'stranger');
    door.become(phone, 'member', 'ann');
    for (let index = 0; index < 200; index += 1) enter(`s${index}`, 'stranger');
    expect(ended).not.toContain('phone');
  });

  it('let one member have three connections, the newest', () => {
    const { ended, enter } = open();
    for (let index = 0; index < 5; index += 1) enter(`ann ${index}`, 'member', { memberId: 'ann' });
    enter('bo', 'member', { memberId: 'bo' });
    expect(ended).toEqual(['ann 0', 'ann 1']);
  });

  it('count surfaces alone against the limit of surfaces', () => {
    const { door, enter } = open();
    const wall = enter('wall', 'surface');
    enter('desk', 'surface');
    enter('phone', 'member', { memberId: 'ann' });
    enter('stranger', 'stranger');
    expect(door.surfaces()).toBe(2);
    door.leave(wall);
    expect(door.surfaces()).toBe(1);
  });
});
