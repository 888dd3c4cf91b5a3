import { useTranslation } from 'react-i18next';
import type { FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import { findingStepDetail, stepActor } from './findingWords.ts';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

/** What happened to a finding: when, who, and the words. */
export function FindingSteps({
  steps,
  times,
}: Pick<FindingsPanelProps, 'times'> & { steps: readonly FindingStep[] }) {
  const { t } = useTranslation();
  return (
    <ol className="finding-steps">
      {steps.map((step, index) => (
        <li key={index}>
          <span className="desk-dim">{times.timeOfDay(step.happenedAtMs)}</span>
          <span>
            <strong>{t(`findings.step.${step.action}`)}</strong> · {stepActor(step, t)}
            {step.atMs - step.happenedAtMs > 5_000 && (
              <span className="desk-dim">
                {' '}
                · {t('orders.receivedAt', { at: times.timeOfDay(step.atMs) })}
              </span>
            )}
            <span className="finding-step-detail">{findingStepDetail(step, t, times)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
