import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  siteFindingDeeds,
  type SiteFinding,
  type SiteFindingDeed,
} from '../../../src-shared/findings/siteFindings.ts';

const hourMs = 3_600_000;
/** Times within which a site can plan to be done, by their words. */
const withinMs = { '24h': 24 * hourMs, '72h': 72 * hourMs, '7d': 7 * 24 * hourMs } as const;
const withins = Object.keys(withinMs) as (keyof typeof withinMs)[];

type Form = 'corrected' | 'plan' | 'appeal';

/** The keys of a finding, and the form of the one that was pressed. */
export function SiteFindingForms({
  finding,
  nowMs,
  onSay,
}: {
  finding: SiteFinding;
  nowMs: number;
  onSay(deed: SiteFindingDeed): void;
}) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form>();
  const [text, setText] = useState('');
  const [within, setWithin] = useState<(typeof withins)[number]>('24h');
  const may = siteFindingDeeds(finding);
  if (!may.answer && !may.appeal) return null;
  if (form === undefined) {
    return (
      <div className="site-keys">
        {may.answer && (
          <button type="button" className="site-key site-key--first" onClick={() => setForm('corrected')}>
            {t('site.finding.form.corrected')}
          </button>
        )}
        {may.answer && (
          <button type="button" className="site-key" onClick={() => setForm('plan')}>
            {t('site.finding.form.plan')}
          </button>
        )}
        {may.appeal && (
          <button type="button" className="site-key" onClick={() => setForm('appeal')}>
            {t('site.finding.form.appeal')}
          </button>
        )}
      </div>
    );
  }
  const words = text.trim();
  const deed = deedOf(form, words, Math.round(nowMs + withinMs[within]));
  return (
    <form
      className="site-form"
      data-finding-form={form}
      onSubmit={(event) => {
        event.preventDefault();
        if (deed !== undefined) onSay(deed);
      }}
    >
      <label className="site-words">
        <span>{t(`site.finding.ask.${form}`)}</span>
        <textarea rows={3} maxLength={500} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {form === 'plan' && (
        <label className="site-words">
          <span>{t('site.finding.within')}</span>
          <select
            value={within}
            onChange={(event) => setWithin(withins.find((one) => one === event.target.value) ?? '24h')}
          >
            {withins.map((one) => (
              <option key={one} value={one}>
                {t(`findings.within.${one}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="site-quiet">{t(`site.finding.hint.${form}`)}</p>
      <div className="site-keys">
        <button type="submit" className="site-key site-key--first" disabled={deed === undefined}>
          {t('site.finding.send')}
        </button>
        <button type="button" className="site-key" onClick={() => setForm(undefined)}>
          {t('dialog.cancel')}
        </button>
      </div>
    </form>
  );
}

/** What is sent; undefined while something is missing. */
function deedOf(form: Form, words: string, planAtMs: number): SiteFindingDeed | undefined {
  const said = words === '' ? {} : { words };
  switch (form) {
    case 'corrected':
      return { type: 'answer', answer: { kind: 'corrected', ...said } };
    case 'plan':
      return { type: 'answer', answer: { kind: 'plan', planAtMs, ...said } };
    case 'appeal':
      return words === '' ? undefined : { type: 'appeal', reason: words };
  }
}
