import { Button, Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Crew } from './ordersActions.ts';
import { memberOf, reasonsText, squadOf, type OrderPeople } from './orderWords.ts';
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
  const [chosenIds, setChosenIds] = useState<readonly string[]>([]);
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
  const toggle = (memberId: string): void =>
    setChosenIds((before) =>
      before.includes(memberId) ? before.filter((one) => one !== memberId) : [...before, memberId],
    );
  return (
    <>
      <ol className="ranked-members">
        {listed.map((candidate, index) => {
          const { memberId } = candidate;
          const name = memberOf(memberId, people, t);
          return (
            <li key={memberId}>
              <Checkbox
                aria-label={t('orders.crew.with', { name })}
                checked={chosenIds.includes(memberId)}
                disabled={!enabled}
                data-crew-id={memberId}
                onChange={() => toggle(memberId)}
              />
              <Button
                variant={index === 0 && squadId === undefined ? 'filled' : 'default'}
                justify="flex-start"
                fullWidth
                disabled={!enabled}
                data-candidate-id={memberId}
                onClick={() =>
                  squadId === undefined
                    ? onChoose({ squadId: candidate.squadId, memberIds: [memberId], inChargeId: memberId })
                    : toggle(memberId)
                }
              >
                {name} · {squadOf(candidate.squadId, people, t, i18n.language)}
                {index === 0 && firstKey !== undefined && squadId === undefined && ` · ${firstKey}`}
              </Button>
              <span className="desk-dim">{reasonsText(candidate, t)}</span>
            </li>
          );
        })}
      </ol>
      {squadId !== undefined && inChargeId !== undefined && (
        <div className="order-form-row">
          <Select
            label={t('orders.crew.inCharge')}
            value={inChargeId}
            allowDeselect={false}
            data={chosen.map(({ memberId }) => ({ value: memberId, label: memberOf(memberId, people, t) }))}
            onChange={(value) => setInCharge(value ?? undefined)}
          />
          <Button
            variant="filled"
            disabled={!enabled}
            data-send-crew
            onClick={() => onChoose({ squadId, memberIds: chosen.map((one) => one.memberId), inChargeId })}
          >
            {t('orders.crew.send', { count: chosen.length })}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => setChosenIds([])}>
            {t('orders.crew.none')}
          </Button>
        </div>
      )}
    </>
  );
}
