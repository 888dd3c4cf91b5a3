import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findingDeeds, isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { Finding, FindingReview, FindingWork } from '../../../src-shared/findings/findings.protocol.ts';
import { May } from '../../ui/May.tsx';
import { withinMs, withins, type Within } from './findingWords.ts';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

/** What asks for words, or a date, before it is done. */
type Asked =
  | 'plan'
  | 'corrected'
  | 'appeal'
  | 'note'
  | 'close'
  | 'sendBack'
  | 'uphold'
  | 'decline'
  | 'withdraw'
  | 'moveDue';

const works: readonly Asked[] = ['plan', 'corrected', 'appeal', 'note'];
const dated: readonly Asked[] = ['plan', 'sendBack', 'moveDue'];
/** These need no words. */
const wordless: readonly Asked[] = ['plan', 'corrected', 'close', 'uphold'];

/** The keys of a finding: what a reviewer does, and what is written for the site. */
export function FindingDeeds({
  finding,
  actions,
  actor,
  isSupervisor,
  nowMs,
  enabled,
}: FindingsPanelProps & { finding: Finding }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>();
  const [text, setText] = useState('');
  const [within, setWithin] = useState<Within>('72h');
  const deeds = findingDeeds(finding, actor, isSupervisor);
  const { findingId, revision } = finding;
  const words = text.trim();
  const done = (): void => {
    setAsked(undefined);
    setText('');
  };
  const send = (): void => {
    if (asked === undefined) return;
    const planned = deedOf(asked, words, nowMs + withinMs[within]);
    if (planned.kind === 'work') void actions.work(findingId, revision, planned.deed);
    else void actions.review(findingId, revision, planned.deed);
    done();
  };
  const key = (one: Asked, isOffered: boolean, isFirst = false) =>
    isOffered && (
      <Button
        key={one}
        variant={isFirst ? 'filled' : 'default'}
        disabled={!enabled}
        aria-pressed={asked === one}
        onClick={() => setAsked(one)}
      >
        {t(`findings.deed.${one}`)}…
      </Button>
    );
  const isWork = asked !== undefined && works.includes(asked);
  const isOwn = actor !== undefined && !deeds.review && !deeds.decide;
  const waitsForReview =
    finding.state === 'appealed' ||
    finding.state === 'under_review' ||
    (finding.state === 'answered' && finding.answer?.kind !== 'plan');
  return (
    <>
      <May asks="findings:review">
        <div className="finding-deeds">
          {deeds.startReview && (
            <Button
              disabled={!enabled}
              onClick={() => void actions.review(findingId, revision, { type: 'start' })}
            >
              {t(finding.state === 'under_review' ? 'findings.deed.takeOver' : 'findings.deed.start')}
            </Button>
          )}
          {key('close', deeds.review, true)}
          {key('sendBack', deeds.review)}
          {key('uphold', deeds.decide, true)}
          {key('decline', deeds.decide)}
          {key('moveDue', deeds.moveDue)}
          {key('withdraw', deeds.withdraw)}
        </div>
        {isOwn && waitsForReview && !deeds.startReview && (
          <p className="desk-dim">{t('findings.samePerson')}</p>
        )}
        {actor !== undefined && !isFindingEnded(finding) && !deeds.moveDue && (
          <p className="desk-dim" data-own-finding>
            {t(deeds.withdraw ? 'findings.ownNotMoved' : 'findings.ownNotChanged')}
          </p>
        )}
      </May>
      <May asks="findings:work">
        <div className="finding-deeds">
          {key('corrected', deeds.answer)}
          {key('plan', deeds.answer)}
          {key('appeal', deeds.appeal)}
          {key('note', true)}
        </div>
      </May>
      {asked !== undefined && (
        <May asks={isWork ? 'findings:work' : 'findings:review'}>
          <form
            className="finding-ask"
            aria-label={t(`findings.deed.${asked}`)}
            onSubmit={(event) => {
              event.preventDefault();
              send();
            }}
          >
            <TextInput
              label={t(`findings.ask.${asked}`)}
              value={text}
              maxLength={500}
              autoFocus
              onChange={(event) => setText(event.currentTarget.value)}
            />
            {dated.includes(asked) && (
              <Select
                label={t('findings.form.within')}
                value={within}
                allowDeselect={false}
                data={withins.map((one) => ({ value: one, label: t(`findings.within.${one}`) }))}
                onChange={(value) => setWithin(withins.find((one) => one === value) ?? '72h')}
              />
            )}
            <Button
              type="submit"
              variant="filled"
              disabled={!enabled || (words === '' && !wordless.includes(asked))}
            >
              {t('orders.confirm')}
            </Button>
            <Button variant="subtle" color="gray" onClick={done}>
              {t('dialog.close')}
            </Button>
          </form>
        </May>
      )}
    </>
  );
}

function deedOf(
  asked: Asked,
  words: string,
  dateMs: number,
): { kind: 'work'; deed: FindingWork } | { kind: 'review'; deed: FindingReview } {
  const said = words === '' ? {} : { words };
  switch (asked) {
    case 'plan':
      return {
        kind: 'work',
        deed: { type: 'answer', answer: { kind: 'plan', planAtMs: Math.round(dateMs), ...said } },
      };
    case 'corrected':
      return { kind: 'work', deed: { type: 'answer', answer: { kind: 'corrected', ...said } } };
    case 'appeal':
      return { kind: 'work', deed: { type: 'appeal', reason: words } };
    case 'note':
      return { kind: 'work', deed: { type: 'note', words } };
    case 'close':
      return { kind: 'review', deed: { type: 'close', ...said } };
    case 'uphold':
      return { kind: 'review', deed: { type: 'uphold', ...(words === '' ? {} : { reason: words }) } };
    case 'decline':
    case 'withdraw':
      return { kind: 'review', deed: { type: asked, reason: words } };
    case 'sendBack':
    case 'moveDue':
      return { kind: 'review', deed: { type: asked, reason: words, dueAtMs: Math.round(dateMs) } };
  }
}
