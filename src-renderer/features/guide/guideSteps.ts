/** The steps of the guide in their order: one case, from the alert to the wall. */
export const guideSteps = ['alert', 'acknowledge', 'order', 'talk', 'bodyCam', 'case'] as const;
export type GuideStep = (typeof guideSteps)[number];

/** Where the guide is. Only a step that was really done, or that the officer passes over, leads to the next one. */
export interface GuideState {
  step: GuideStep | 'done';
  alertId: string | undefined;
  orderId: string | undefined;
  /** Whether the floor was had at the step of talk; it is done when the key is released. */
  hasSpoken: boolean;
  /** The alert or the order of the guide was closed meanwhile, so it began again with another one. */
  hasBegunAgain: boolean;
}

/** What the guide reads of the desk. */
export interface GuideWorld {
  chosenAlertId: string | undefined;
  /** Undefined where the alert is not open any more. */
  alert(alertId: string): { isAcknowledged: boolean; orderId: string | undefined } | undefined;
  isOrderOpen(orderId: string): boolean;
  /** Whether this desk has the floor. */
  isSpeaking: boolean;
  /** Whether a live picture of a body cam is shown large. */
  isBodyCamShown: boolean;
  /** The orders whose case is on a screen of the wall. */
  casesOnWall: ReadonlySet<string>;
}

/** The guide as it begins. */
export const firstGuideState: GuideState = {
  step: 'alert',
  alertId: undefined,
  orderId: undefined,
  hasSpoken: false,
  hasBegunAgain: false,
};

/** The next state, after something changed at the desk. Several steps that are done already are passed at once. */
export function advanceGuide(state: GuideState, world: GuideWorld): GuideState {
  let now = state;
  for (;;) {
    const next = stepOn(now, world);
    if (next === now) return now;
    now = next;
  }
}

function stepOn(state: GuideState, world: GuideWorld): GuideState {
  const { step, alertId, orderId } = state;
  switch (step) {
    case 'alert':
      if (world.chosenAlertId === undefined || world.alert(world.chosenAlertId) === undefined) return state;
      return { ...state, step: 'acknowledge', alertId: world.chosenAlertId, hasBegunAgain: false };
    case 'acknowledge':
    case 'order': {
      // The officer may turn to another alert: that one is the guide’s from then on.
      const turned = world.chosenAlertId;
      if (turned !== undefined && turned !== alertId && world.alert(turned) !== undefined) {
        return { ...state, step: 'acknowledge', alertId: turned };
      }
      const alert = world.alert(alertId ?? '');
      if (alert === undefined) return { ...firstGuideState, hasBegunAgain: true };
      if (step === 'acknowledge') return alert.isAcknowledged ? { ...state, step: 'order' } : state;
      return alert.orderId === undefined ? state : { ...state, step: 'talk', orderId: alert.orderId };
    }
    case 'talk': {
      if (isGone(orderId, world)) return { ...firstGuideState, hasBegunAgain: true };
      if (world.isSpeaking) return state.hasSpoken ? state : { ...state, hasSpoken: true };
      return state.hasSpoken ? { ...state, step: 'bodyCam', hasSpoken: false } : state;
    }
    case 'bodyCam':
      if (isGone(orderId, world)) return { ...firstGuideState, hasBegunAgain: true };
      return world.isBodyCamShown ? { ...state, step: 'case' } : state;
    case 'case':
      if (isGone(orderId, world)) return { ...firstGuideState, hasBegunAgain: true };
      return orderId !== undefined && world.casesOnWall.has(orderId) ? { ...state, step: 'done' } : state;
    case 'done':
      return state;
  }
}

/** A person who skipped the order has none that could be gone. */
function isGone(orderId: string | undefined, world: GuideWorld): boolean {
  return orderId !== undefined && !world.isOrderOpen(orderId);
}

/** The officer passes over a step, or goes back one. */
export function turnGuide(state: GuideState, by: 1 | -1): GuideState {
  const steps = [...guideSteps, 'done'] as const;
  const index = Math.max(0, steps.indexOf(state.step) + by);
  return { ...state, step: steps[index] ?? 'done', hasSpoken: false, hasBegunAgain: false };
}
