import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { memberOf, reasonsText, squadOf, type OrderPeople } from './orderWords.ts';
import type { RankedMember } from './ordersStore.ts';

/** Who should go, the best first, each with the reasons as words. */
export function RankedMembers({
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
  onChoose(member: RankedMember): void;
}) {
  const { t, i18n } = useTranslation();
  if (candidates === undefined) return <p className="desk-dim">{t('orders.ranking')}</p>;
  if (candidates.length === 0) return <p className="desk-dim">{t('orders.nobodyToSend')}</p>;
  return (
    <ol className="ranked-members">
      {candidates.slice(0, limit).map((candidate, index) => (
        <li key={candidate.memberId}>
          <Button
            variant={index === 0 ? 'filled' : 'default'}
            justify="flex-start"
            fullWidth
            disabled={!enabled}
            data-candidate-id={candidate.memberId}
            onClick={() => onChoose(candidate)}
          >
            {memberOf(candidate.memberId, people)} · {squadOf(candidate.squadId, people, i18n.language)}
            {index === 0 && firstKey !== undefined && ` · ${firstKey}`}
          </Button>
          <span className="desk-dim">{reasonsText(candidate, t)}</span>
        </li>
      ))}
    </ol>
  );
}
