import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import {
  webhookSubjects,
  type WebhookContent,
  type WebhookSubject,
} from '../../../src-shared/webhooks/webhooks.protocol.ts';
import { May } from '../../ui/May.tsx';

/** Where a new webhook goes, and what it is notified of. */
export function NewWebhookForm({
  isBusy,
  add,
}: {
  isBusy: boolean;
  add(content: WebhookContent): Promise<boolean>;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [subjects, setSubjects] = useState<readonly WebhookSubject[]>(webhookSubjects);
  const [district, setDistrict] = useState('');
  const [allowsPlain, setAllowsPlain] = useState(false);
  const isWhole = name.trim() !== '' && url.trim() !== '' && subjects.length > 0;
  return (
    <form
      className="desk-row webhook-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole || isBusy) return;
        const one = districts.find((each) => each === district);
        void add({
          name,
          url,
          subjects: [...subjects],
          districts: one === undefined ? 'all' : [one],
          allowsPlain,
        }).then((isMade) => {
          if (!isMade) return;
          setName('');
          setUrl('');
        });
      }}
    >
      <TextInput
        label={t('webhooks.name')}
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        className="webhook-url"
        label={t('webhooks.url')}
        placeholder="https://"
        type="url"
        maxLength={2_000}
        autoComplete="off"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('webhooks.districts')}
        value={district}
        data={[{ value: '', label: t('webhooks.allDistricts') }, ...districts]}
        onChange={(event) => setDistrict(event.currentTarget.value)}
      />
      <Checkbox.Group
        label={t('webhooks.subjects')}
        value={[...subjects]}
        onChange={(chosen) => setSubjects(webhookSubjects.filter((one) => chosen.includes(one)))}
      >
        <span className="desk-row">
          {webhookSubjects.map((one) => (
            <Checkbox key={one} value={one} label={t(`webhooks.subject.${one}`)} />
          ))}
        </span>
      </Checkbox.Group>
      <Checkbox
        label={t('webhooks.allowsPlain')}
        checked={allowsPlain}
        onChange={(event) => setAllowsPlain(event.currentTarget.checked)}
      />
      <May asks="webhooks:create">
        <Button type="submit" variant="filled" disabled={!isWhole} aria-disabled={isBusy}>
          {t('webhooks.add')}
        </Button>
      </May>
    </form>
  );
}
