import { Button, Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May } from '../../ui/May.tsx';
import { withinMs, withins, type Within } from './findingWords.ts';
import type { FindingsPanelProps } from './findingsPanelProps.ts';
import type { FindingStart } from './findingsStore.ts';

const classes = [1, 2, 3] as const;

/** A new finding: where, what, which rule it breaks, and by when it must be corrected. */
export function FindingForm({
  store,
  actions,
  sites,
  nowMs,
  enabled,
  start,
}: FindingsPanelProps & { start: FindingStart }) {
  const { t, i18n } = useTranslation();
  const clauses = useStore(store, (state) => state.clauses);
  const [siteId, setSiteId] = useState(start.siteId);
  const [words, setWords] = useState(start.words ?? '');
  const [findingClass, setClass] = useState<1 | 2 | 3>(2);
  const [broken, setBroken] = useState<string[]>([]);
  const [within, setWithin] = useState<Within | 'class'>('class');
  const [isCorrected, setCorrected] = useState(false);
  const [done, setDone] = useState('');
  const hasPlace = start.orderId !== undefined || start.alertId !== undefined;
  const isReady =
    enabled &&
    words.trim() !== '' &&
    (siteId !== undefined || hasPlace) &&
    (!isCorrected || done.trim() !== '');
  const nameOf = (site: { siteName: string; siteNameEn?: string | undefined }): string =>
    (i18n.language === 'en' ? site.siteNameEn : undefined) ?? site.siteName;
  return (
    <May asks="findings:create" note>
      <form
        className="finding-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady) return;
          void actions.create(
            { ...start, ...(siteId === undefined ? {} : { siteId }) },
            {
              class: findingClass,
              clauses: broken,
              words: words.trim(),
              ...(within === 'class' ? {} : { dueAtMs: Math.round(nowMs + withinMs[within]) }),
              ...(isCorrected ? { correctedOnSpot: done.trim() } : {}),
            },
          );
        }}
      >
        <h1>{t('findings.new')}</h1>
        {start.placeName === undefined ? (
          <Select
            label={t('findings.form.site')}
            placeholder={t('findings.form.siteHint')}
            searchable
            limit={50}
            value={siteId ?? null}
            nothingFoundMessage={t('findings.form.noSite')}
            data={[...sites.values()].map((site) => ({
              value: site.siteId,
              label: `${nameOf(site)} · ${t(`district.${site.district}`)}`,
            }))}
            onChange={(value) => setSiteId(value ?? undefined)}
          />
        ) : (
          <p>{start.placeName}</p>
        )}
        <MultiSelect
          label={t('findings.form.clauses')}
          size="xs"
          searchable
          clearable
          limit={50}
          maxValues={10}
          value={broken}
          data={clauses
            .filter(({ isRetired }) => isRetired !== true)
            .map((clause) => ({
              value: clause.number,
              label: `${clause.number} · ${(i18n.language === 'en' ? clause.titleEn : undefined) ?? clause.title}`,
            }))}
          onChange={(values) => {
            const added = values.find((value) => !broken.includes(value));
            const proposed = clauses.find(({ number }) => number === added)?.class;
            if (proposed !== undefined) setClass(proposed);
            setBroken(values);
          }}
        />
        <div className="finding-form-row">
          <Select
            label={t('findings.form.class')}
            value={String(findingClass)}
            allowDeselect={false}
            data={classes.map((one) => ({ value: String(one), label: t(`findings.class.${one}`) }))}
            onChange={(value) => setClass(classes.find((one) => String(one) === value) ?? 2)}
          />
          <Select
            label={t('findings.form.within')}
            value={within}
            allowDeselect={false}
            data={(['class', ...withins] as const).map((one) => ({
              value: one,
              label: t(`findings.within.${one}`),
            }))}
            onChange={(value) => setWithin(withins.find((one) => one === value) ?? 'class')}
          />
        </div>
        <Textarea
          label={t('findings.form.words')}
          value={words}
          maxLength={1_000}
          autosize
          minRows={3}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label={t('findings.form.corrected')}
          checked={isCorrected}
          onChange={(event) => setCorrected(event.currentTarget.checked)}
        />
        {isCorrected && (
          <TextInput
            label={t('findings.form.whatWasDone')}
            value={done}
            maxLength={500}
            onChange={(event) => setDone(event.currentTarget.value)}
          />
        )}
        <div className="finding-form-row">
          <Button type="submit" variant="filled" disabled={!isReady}>
            {t('findings.form.save')}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => actions.write(undefined)}>
            {t('dialog.close')}
          </Button>
        </div>
      </form>
    </May>
  );
}
