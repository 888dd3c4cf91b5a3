import { useTranslation } from 'react-i18next';
import { findingCard } from '../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import './findingCard.css';

/** The yellow or red card of a finding, in words and colour; nothing where there is none. */
export function FindingCardMark({ finding }: { finding: Pick<Finding, 'state' | 'escalation'> }) {
  const { t } = useTranslation();
  const card = findingCard(finding);
  if (card === undefined) return null;
  return (
    <span className="finding-card" data-card={card}>
      {t(`findings.card.${card}`)}
    </span>
  );
}
