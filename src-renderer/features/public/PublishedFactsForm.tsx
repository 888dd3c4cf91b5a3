import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inspectionResults, safetyGrades, type Publication } from '../../../src-shared/public/publication.ts';
import { readPublicHours, writePublicHours } from '../../../src-shared/public/publicHours.ts';
import { May } from '../../ui/May.tsx';
import './publicSite.css';
import type { PublicSite } from './publicSite.ts';

/** In which hours a site is shown, and what is published of it. */
export function PublishedFactsForm({
  publicSite,
  siteId,
  publication,
  enabled,
}: {
  publicSite: PublicSite;
  siteId: string;
  publication: Publication;
  enabled: boolean;
}) {
  const { t, i18n } = useTranslation();
  const { facts, hours } = publication;
  const [hoursText, setHoursText] = useState(
    hours === undefined ? '' : writePublicHours(hours, i18n.language === 'en' ? 'en' : 'zh-CN'),
  );
  const [certificate, setCertificate] = useState(facts.certificate ?? '');
  const [grade, setGrade] = useState<string>(facts.grade ?? '');
  const [inspectedOn, setInspectedOn] = useState(facts.inspectedOn ?? '');
  const [inspection, setInspection] = useState<string>(facts.inspection ?? '');
  const wanted = hoursText.trim() === '' ? null : readPublicHours(hoursText);
  const chosenGrade = safetyGrades.find((one) => one === grade);
  const result = inspectionResults.find((one) => one === inspection);
  return (
    <May asks="public:saveSite">
      <form
        className="public-facts"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted === undefined) return;
          void publicSite.change('public:saveSite', {
            siteId,
            hours: wanted,
            facts: {
              ...(certificate.trim() === '' ? {} : { certificate: certificate.trim() }),
              ...(chosenGrade === undefined ? {} : { grade: chosenGrade }),
              ...(inspectedOn === '' ? {} : { inspectedOn }),
              ...(result === undefined ? {} : { inspection: result }),
            },
          });
        }}
      >
        <TextInput
          label={t('public.hours')}
          placeholder={t('public.allDay')}
          maxLength={160}
          value={hoursText}
          error={wanted === undefined ? t('public.hoursWrong') : undefined}
          onChange={(event) => setHoursText(event.currentTarget.value)}
        />
        <TextInput
          label={t('publicPage.certificate')}
          maxLength={60}
          value={certificate}
          onChange={(event) => setCertificate(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('publicPage.grade')}
          value={grade}
          data={[{ value: '', label: t('public.notPublished') }, ...safetyGrades]}
          onChange={(event) => setGrade(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t('publicPage.inspectedOn')}
          value={inspectedOn}
          onChange={(event) => setInspectedOn(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('publicPage.inspection')}
          value={inspection}
          data={[
            { value: '', label: t('public.notPublished') },
            ...inspectionResults.map((one) => ({ value: one, label: t(`publicPage.result.${one}`) })),
          ]}
          onChange={(event) => setInspection(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!enabled || wanted === undefined}>
          {t('public.saveSite')}
        </Button>
      </form>
    </May>
  );
}
