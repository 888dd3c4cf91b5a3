import { describe, expect, it } from 'vitest';
import {
  advanceGuide,
  firstGuideState,
  guideSteps,
  turnGuide,
  type GuideState,
  type GuideWorld,
} from '../../../../../src-renderer/features/guide/guideSteps.ts';
import { placeCard } from '../../../../../src-renderer/features/guide/placeCard.ts';
import fc from '../../../../support/properties.ts';

const quiet: GuideWorld = {
  chosenAlertId: undefined,
  alert: () => undefined,
  isOrderOpen: () => false,
  isSpeaking: false,
  isBodyCamShown: false,
  casesOnWall: new Set(),
};
/** A desk with one alert, as far as its case has come. */
const desk = (more: Partial<GuideWorld> & { isAcknowledged?: boolean; orderId?: string }): GuideWorld => ({
  ...quiet,
  chosenAlertId: 'a',
  alert: (alertId) =>
    alertId === 'a'
      ? { isAcknowledged: more.isAcknowledged === true || more.orderId !== undefined, orderId: more.orderId }
      : undefined,
  isOrderOpen: (orderId) => orderId === more.orderId,
  ...more,
});
const after = (...worlds: GuideWorld[]): GuideState =>
  worlds.reduce((state, world) => advanceGuide(state, world), firstGuideState);

describe('the guide', () => {
  it('waits at each step until it is really done, up to the case on the wall', () => {
    const worlds = [
      quiet,
      desk({}),
      desk({ isAcknowledged: true }),
      desk({ orderId: 'o' }),
      desk({ orderId: 'o', isSpeaking: true }),
      desk({ orderId: 'o' }),
      desk({ orderId: 'o', isBodyCamShown: true, chosenAlertId: undefined }),
      desk({ orderId: 'o', casesOnWall: new Set(['other']) }),
      desk({ orderId: 'o', casesOnWall: new Set(['o']) }),
    ];
    const steps: string[] = [];
    let state = firstGuideState;
    for (const world of worlds) {
      state = advanceGuide(advanceGuide(state, world), world);
      steps.push(state.step);
    }
    expect(steps).toEqual([
      'alert',
      'acknowledge',
      'order',
      'talk',
      'talk',
      'bodyCam',
      'case',
      'case',
      'done',
    ]);
  });

  it('goes with the officer to another alert, and begins again when the alert or the order is closed by somebody', () => {
    const other: GuideWorld = {
      ...desk({}),
      chosenAlertId: 'b',
      alert: () => ({ isAcknowledged: false, orderId: undefined }),
    };
    expect(after(desk({ isAcknowledged: true }), other)).toMatchObject({ step: 'acknowledge', alertId: 'b' });
    expect(after(desk({}), { ...quiet, chosenAlertId: 'a' })).toEqual({
      ...firstGuideState,
      hasBegunAgain: true,
    });
    const gone = after(desk({ orderId: 'o' }), desk({ isAcknowledged: true, chosenAlertId: undefined }));
    expect(gone).toEqual({ ...firstGuideState, hasBegunAgain: true });
  });

  it('is not done with talk before the key is released, nor by a talk of before', () => {
    const speaking = desk({ orderId: 'o', isSpeaking: true });
    expect(after(desk({}), speaking, speaking).step).toBe('talk');
    expect(after(desk({}), speaking, desk({ orderId: 'o' })).step).toBe('bodyCam');
  });

  it('can be passed over step by step to its end and back, also without an order', () => {
    let state = firstGuideState;
    for (const step of guideSteps) {
      expect(advanceGuide(state, quiet).step).toBe(
        step === 'acknowledge' || step === 'order' ? 'alert' : step,
      );
      state = turnGuide(state, 1);
    }
    expect(state.step).toBe('done');
    expect(turnGuide(state, 1).step).toBe('done');
    for (let left = 9; left > 0; left -= 1) state = turnGuide(state, -1);
    expect(state.step).toBe('alert');
  });
});

describe('the card of the guide', () => {
  it('is within the window and never covers what it points at, where there is room beside it', () => {
    const card = { width: 400, height: 240 };
    const view = { width: 1920, height: 1080 };
    const box = fc.record({
      left: fc.integer({ min: -50, max: 1_900 }),
      top: fc.integer({ min: -50, max: 1_060 }),
      width: fc.integer({ min: 1, max: 1_500 }),
      height: fc.integer({ min: 1, max: 700 }),
    });
    fc.assert(
      fc.property(box, (target) => {
        const { left, top } = placeCard(target, card, view);
        expect(
          left >= 0 && top >= 0 && left + card.width <= view.width && top + card.height <= view.height,
        ).toBe(true);
        const isOver =
          left < target.left + target.width &&
          target.left < left + card.width &&
          top < target.top + target.height &&
          target.top < top + card.height;
        const hasRoom =
          target.width <= view.width - 2 * (card.width + 32) ||
          target.height <= view.height - 2 * (card.height + 32);
        expect(isOver && hasRoom).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
