import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isOrderWithSquad } from '../../../../src-shared/orders/order.ts';
import {
  createDeskShowcase,
  curtainKey,
  type DeskShowcase,
} from '../../../features/showcase/deskShowcase.ts';
import { PublicCodesPanel } from '../../../features/public/PublicCodesPanel.tsx';
import { replacedWords } from '../../../ui/replacedWords.ts';
import { newCommandId } from '../../../features/wall/commandId.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';
import { outcomeMessage } from '../outcomeMessage.ts';

/** What draws the page is loaded when somebody opens it. */
const ShowcasePanel = lazy(() =>
  import('../../../features/showcase/ShowcasePanel.tsx').then((module) => ({
    default: module.ShowcasePanel,
  })),
);

type ShowcaseFeatureParts = Pick<
  DeskParts,
  'session' | 'link' | 'desk' | 'orders' | 'squads' | 'rights' | 'connected' | 'publicCodes'
>;

/** The showcase of the hall, and the key of its curtain. */
export function createShowcaseFeature(parts: ShowcaseFeatureParts): DeskFeature<'showcase:deskChanged'> {
  const { link, desk, rights, connected, session } = parts;
  const showcase = createDeskShowcase({
    request: (name, input) => link.request(name, input),
    notify: (outcome) =>
      desk.notify(outcomeMessage((t) => t(`showcase.desk.command.${outcome.command}`), outcome)),
    newId: () => newCommandId(),
  });
  return {
    view: {
      name: 'showcase',
      title: (t) => t('desk.view.showcase'),
      Tab: () => <ShowcaseTab showcase={showcase} />,
      View: () => <ShowcaseView {...parts} showcase={showcase} />,
    },
    keys: {
      first({ key, ctrlKey, metaKey, altKey, shiftKey, repeat }) {
        if (key !== curtainKey || ctrlKey || metaKey || altKey || shiftKey) return false;
        // A key that is held must not open what it has just drawn.
        if (!repeat && connected() && rights.allow('showcase:setCurtain')) showcase.toggleCurtain();
        return true;
      },
      help: (t) => [
        {
          title: t('keys.everywhere'),
          keys: [{ keys: [curtainKey], text: t('showcase.desk.command.curtain') }],
        },
      ],
    },
    takeSnapshot: ({ snapshot }) => showcase.take(snapshot.showcaseDesk),
    takeNotice: {
      'showcase:deskChanged'(known) {
        const { replaced } = known;
        const before = showcase.store.getState().desk?.replaced;
        if (replaced !== undefined && replaced.count !== before?.count)
          desk.notify({
            isFailure: true,
            text: (t) =>
              `${t('desk.view.showcase')}: ${replacedWords(replaced, session.getState().times, t)}`,
          });
        showcase.take(known);
      },
    },
  };
}

/** Says at every view that the curtain is drawn, so that nobody forgets it over a hall that shows nothing. */
export function ShowcaseTab({ showcase }: { showcase: Pick<DeskShowcase, 'store'> }) {
  const { t } = useTranslation();
  const isDrawn = useStore(showcase.store, ({ desk }) => desk?.curtain.isDrawn === true);
  return isDrawn ? (
    <span data-curtain-drawn>{t('showcase.desk.tabDrawn', { showcase: t('desk.view.showcase') })}</span>
  ) : (
    t('desk.view.showcase')
  );
}

function ShowcaseView({
  session,
  orders,
  squads,
  publicCodes,
  showcase,
}: ShowcaseFeatureParts & { showcase: DeskShowcase }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const open = useStore(orders.store, (state) => state.orders);
  const members = useStore(squads.store, (state) => state.members);
  return (
    <Suspense>
      <ShowcasePanel
        showcase={showcase}
        times={times}
        enabled={enabled}
        orders={[...open.values()].filter((order) => isOrderWithSquad(order))}
        memberName={(memberId) => members.get(memberId)?.name ?? memberId}
      >
        <PublicCodesPanel codes={publicCodes} enabled={enabled} />
      </ShowcasePanel>
    </Suspense>
  );
}
