import { useStore } from 'zustand';
import { GuideCard } from '../../../features/guide/GuideCard.tsx';
import type { GuideStep } from '../../../features/guide/guideSteps.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { demoLeader, guideAsks, guideObstacle, type DeskGuide, type GuideParts } from './deskGuide.ts';

const ordersTab = '.desk-views input[value="orders"] + label';
/** The control of each step. Where the officer has turned to something else, the way back to it. */
const targets: Readonly<Record<GuideStep, readonly string[]>> = {
  alert: ['.alert-row', '.alert-queue'],
  acknowledge: ['.alert-deeds', '.alert-row'],
  order: ['.order-offer', '.alert-row'],
  talk: ['.talk-key'],
  bodyCam: ['[data-live-member-id]', '[data-member-card]', ordersTab],
  case: ['.order-live .order-live-row', '[data-order-id]', ordersTab],
};

/** The guide for newcomers: F1 opens and leaves it, F2 does a step. */
export function createGuideFeature(parts: GuideParts & { guide: DeskGuide }): DeskFeature {
  const { guide } = parts;
  return {
    panels: { windows: () => <Guide {...parts} /> },
    keys: {
      first({ key, ctrlKey, altKey, shiftKey, metaKey }) {
        if (ctrlKey || altKey || shiftKey || metaKey) return false;
        if (key === 'F1') {
          guide.toggle();
          return true;
        }
        if (key !== 'F2' || !guide.store.getState().isOpen) return false;
        guide.perform();
        return true;
      },
      help: (t) => [
        {
          title: t('keys.everywhere'),
          keys: [
            { keys: ['F1'], text: t('guide.keys.open') },
            { keys: ['F2'], text: t('guide.keys.perform') },
          ],
        },
      ],
    },
  };
}

function Guide(parts: GuideParts & { guide: DeskGuide }) {
  const { guide } = parts;
  const isOpen = useStore(guide.store, (state) => state.isOpen);
  return isOpen ? <OpenGuide {...parts} /> : null;
}

function OpenGuide(parts: GuideParts & { guide: DeskGuide }) {
  const { guide, alerts, talk, squads, wall } = parts;
  const step = useStore(guide.store, (state) => state.step);
  const orderId = useStore(guide.store, (state) => state.orderId);
  // What may stand in the way is read again when one of these changes.
  useStore(alerts, (state) => state.open.size);
  useStore(talk.store, (state) => state.microphone);
  useStore(squads.store, (state) => state.members);
  useStore(wall, (state) => state.screens?.length);
  return (
    <GuideCard
      store={guide.store}
      targets={targets}
      asks={guideAsks}
      obstacle={guideObstacle({ step, orderId }, parts)}
      leader={demoLeader(parts)?.name}
      onPerform={guide.perform}
      onTurn={guide.turn}
      onLeave={guide.leave}
    />
  );
}
