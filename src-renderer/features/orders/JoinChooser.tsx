import { useTranslation } from 'react-i18next';
import { ChosenPeople, RankedPeople, useChosen } from '../../ui/desk/RankedPeople.tsx';
import { rankedPerson, type OrderPeople } from './orderWords.ts';
import type { RankedMember } from './ordersStore.ts';

/**
 * Who could join those who go, the best first, of any squad, each with the reasons as words. One press adds one; with the boxes several
 * are added together.
 */
export function JoinChooser({
  candidates,
  goingIds,
  people,
  enabled,
  limit,
  onAdd,
}: {
  candidates: readonly RankedMember[] | undefined;
  /** Those who go already: they are not offered. */
  goingIds: readonly string[];
  people: OrderPeople;
  enabled: boolean;
  limit: number;
  onAdd(memberIds: string[]): void;
}) {
  const { t, i18n } = useTranslation();
  const { chosenIds, toggle, clear } = useChosen();
  if (candidates === undefined) return <p className="desk-dim">{t('orders.ranking')}</p>;
  const offered = candidates.filter(({ memberId }) => !goingIds.includes(memberId));
  if (offered.length === 0) return <p className="desk-dim">{t('orders.nobodyToSend')}</p>;
  // Members who were chosen stay in the list when the ranking changes.
  const listed = offered.filter(({ memberId }, index) => index < limit || chosenIds.includes(memberId));
  const chosen = listed.filter(({ memberId }) => chosenIds.includes(memberId));
  return (
    <>
      <RankedPeople
        people={listed.map((candidate) => rankedPerson(candidate, people, t, i18n.language))}
        chosenIds={chosenIds}
        enabled={enabled}
        marks={{ box: 'data-join-id', key: 'data-add-id' }}
        onToggle={toggle}
        onPress={(memberId) => (chosen.length === 0 ? onAdd([memberId]) : toggle(memberId))}
      />
      {chosen.length > 0 && (
        <ChosenPeople
          words={t('orders.crew.add', { count: chosen.length })}
          mark="data-add-chosen"
          enabled={enabled}
          onDo={() => onAdd(chosen.map(({ memberId }) => memberId))}
          onClear={clear}
        />
      )}
    </>
  );
}
