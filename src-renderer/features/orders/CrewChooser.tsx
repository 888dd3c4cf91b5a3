import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChosenPeople, RankedPeople, useChosen } from '../../ui/desk/RankedPeople.tsx';
import type { Crew } from './ordersActions.ts';
import { memberOf, rankedPerson, type OrderPeople } from './orderWords.ts';
import type { RankedMember } from './ordersStore.ts';

/**
 * Who should go, the best first, each with the reasons as words. One press sends one; with the boxes several of one squad are
 * chosen, of whom one is in charge.
 */
export function CrewChooser({
  candidates,
  people,
  enabled,
  firstKey,
  limit,
  onChoose,
}: {
  candidates: readonly RankedMember[] | undefined;
  people: OrderPeople;
  enabled: boolean;
  /** The key that sends it to the first. */
  firstKey?: string;
  limit: number;
  onChoose(crew: Crew): void;
}) {
  const { t, i18n } = useTranslation();
  const { chosenIds, toggle, clear } = useChosen();
  const [wantedInCharge, setInCharge] = useState<string>();
  if (candidates === undefined) return <p className="desk-dim">{t('orders.ranking')}</p>;
  if (candidates.length === 0) return <p className="desk-dim">{t('orders.nobodyToSend')}</p>;
  const chosen = candidates.filter(({ memberId }) => chosenIds.includes(memberId));
  const squadId = chosen[0]?.squadId;
  const inChargeId = chosen.some(({ memberId }) => memberId === wantedInCharge)
    ? wantedInCharge
    : chosen[0]?.memberId;
  // Once somebody is chosen all of that squad can be, and nobody of another.
  const listed =
    squadId === undefined ? candidates.slice(0, limit) : candidates.filter((one) => one.squadId === squadId);
  const squadOfId = (wanted: string): string =>
    candidates.find(({ memberId }) => memberId === wanted)?.squadId ?? '';
  return (
    <>
      <RankedPeople
        people={listed.map((candidate, index) => {
          const person = rankedPerson(candidate, people, t, i18n.language);
          if (index > 0 || squadId !== undefined) return person;
          const label = firstKey === undefined ? person.label : `${person.label} · ${firstKey}`;
          return { ...person, label, isFirst: true };
        })}
        chosenIds={chosenIds}
        enabled={enabled}
        marks={{ box: 'data-crew-id', key: 'data-candidate-id' }}
        onToggle={toggle}
        onPress={(memberId) =>
          squadId === undefined
            ? onChoose({ squadId: squadOfId(memberId), memberIds: [memberId], inChargeId: memberId })
            : toggle(memberId)
        }
      />
      {squadId !== undefined && inChargeId !== undefined && (
        <ChosenPeople
          words={t('orders.crew.send', { count: chosen.length })}
          mark="data-send-crew"
          enabled={enabled}
          onDo={() => onChoose({ squadId, memberIds: chosen.map((one) => one.memberId), inChargeId })}
          onClear={clear}
        >
          <Select
            label={t('orders.crew.inCharge')}
            value={inChargeId}
            allowDeselect={false}
            data={chosen.map(({ memberId }) => ({ value: memberId, label: memberOf(memberId, people, t) }))}
            onChange={(value) => setInCharge(value ?? undefined)}
          />
        </ChosenPeople>
      )}
    </>
  );
}
