import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { memberOf, reasonsText, squadOf, type OrderPeople } from './orderWords.ts';
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
  const [chosenIds, setChosenIds] = useState<readonly string[]>([]);
  if (candidates === undefined) return <p className="desk-dim">{t('orders.ranking')}</p>;
  const offered = candidates.filter(({ memberId }) => !goingIds.includes(memberId));
  if (offered.length === 0) return <p className="desk-dim">{t('orders.nobodyToSend')}</p>;
  // Whoever was chosen stays in the list when the ranking changes.
  const listed = offered.filter(({ memberId }, index) => index < limit || chosenIds.includes(memberId));
  const chosen = listed.filter(({ memberId }) => chosenIds.includes(memberId));
  const toggle = (memberId: string): void =>
    setChosenIds((before) =>
      before.includes(memberId) ? before.filter((one) => one !== memberId) : [...before, memberId],
    );
  return (
    <>
      <ol className="ranked-members">
        {listed.map((candidate) => {
          const { memberId, squadId } = candidate;
          const name = memberOf(memberId, people, t);
          return (
            <li key={memberId}>
              <Checkbox
                aria-label={t('orders.crew.with', { name })}
                checked={chosenIds.includes(memberId)}
                disabled={!enabled}
                data-join-id={memberId}
                onChange={() => toggle(memberId)}
              />
              <Button
                variant="default"
                justify="flex-start"
                fullWidth
                disabled={!enabled}
                data-add-id={memberId}
                onClick={() => (chosen.length === 0 ? onAdd([memberId]) : toggle(memberId))}
              >
                {name} · {squadOf(squadId, people, t, i18n.language)}
              </Button>
              <span className="desk-dim">{reasonsText(candidate, t)}</span>
            </li>
          );
        })}
      </ol>
      {chosen.length > 0 && (
        <div className="order-form-row">
          <Button
            variant="filled"
            disabled={!enabled}
            data-add-chosen
            onClick={() => onAdd(chosen.map(({ memberId }) => memberId))}
          >
            {t('orders.crew.add', { count: chosen.length })}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => setChosenIds([])}>
            {t('orders.crew.none')}
          </Button>
        </div>
      )}
    </>
  );
}
