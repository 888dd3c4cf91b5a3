import { useTranslation } from 'react-i18next';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { placeName } from '../../../src-shared/orders/orders.protocol.ts';
import { FindingCardMark } from '../../ui/findings/FindingCardMark.tsx';
import { dueText } from '../../ui/findings/dueText.ts';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

/** A finding in a list. */
export function FindingRow({
  finding,
  isChosen,
  actions,
  nowMs,
}: FindingsPanelProps & { finding: Finding; isChosen: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <button
      type="button"
      className="finding-row"
      aria-pressed={isChosen}
      data-finding-id={finding.findingId}
      data-finding-state={finding.state}
      data-late={finding.escalation >= 2 || undefined}
      onClick={() => actions.choose(finding.findingId)}
    >
      <strong className="finding-number">{finding.number}</strong>
      <span className="finding-place">
        {placeName(finding.place, i18n.language)} <FindingCardMark finding={finding} />
      </span>
      <span>{t(`findings.state.${finding.state}`)}</span>
      <span className="desk-dim">{t(`alerts.class.${finding.class}`)}</span>
      <span className="desk-dim finding-words">{finding.words}</span>
      <span className={finding.escalation >= 2 ? 'finding-late' : 'desk-dim'}>
        {dueText(finding, nowMs, t)}
      </span>
    </button>
  );
}
