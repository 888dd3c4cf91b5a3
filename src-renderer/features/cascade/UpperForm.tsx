import { Button, Checkbox, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  upperPasswordSchema,
  upperPictures,
  upperSettingsSchema,
  type UpperSettings,
} from '../../../src-shared/cascade/cascade.protocol.ts';
import { May } from '../../ui/May.tsx';
import { hoursOf, timeText } from './hoursText.ts';

export interface UpperFormProps {
  /** The settings that are changed; left out: a new platform. */
  known?: { settings: UpperSettings; revision: string } | undefined;
  isBusy: boolean;
  /** Without a password the one that is kept stays. `revision`: of the settings with which the form began; empty for a new platform. */
  onSave(settings: UpperSettings, password: string | undefined, revision: string): void;
  onCancel(): void;
}

/** The usual values of the standard, proposed for a new platform. */
const usual = { port: '5060', register: '3600', keepalive: '60', views: '16' } as const;

/** An upper platform as its sheet names it: each setting with what it is for, checked before it is saved. */
export function UpperForm({ known: read, isBusy, onSave, onCancel }: UpperFormProps) {
  const { t } = useTranslation();
  // What is read while the form is open may differ from what its fields were filled with.
  const [began] = useState(read);
  const known = began?.settings;
  const [fields, setFields] = useState({
    name: known?.name ?? '',
    address: known?.address ?? '',
    port: String(known?.port ?? usual.port),
    theirId: known?.theirId ?? '',
    domain: known?.domain ?? '',
    ourId: known?.ourId ?? '',
    userName: known?.userName ?? '',
    registerSeconds: String(known?.registerSeconds ?? usual.register),
    keepaliveSeconds: String(known?.keepaliveSeconds ?? usual.keepalive),
    maxViews: String(known?.maxViews ?? usual.views),
    mediaAddresses: (known?.mediaAddresses ?? []).join(', '),
    sameIds: (known?.sameIds ?? []).join(', '),
    otherIds: (known?.otherIds ?? []).join(', '),
  });
  const [password, setPassword] = useState('');
  const [transport, setTransport] = useState<string>(known?.transport ?? 'udp');
  const [pictures, setPictures] = useState<string>(known?.pictures ?? 'main');
  const [edition, setEdition] = useState<string>(known?.edition ?? '2016');
  const [from, setFrom] = useState(known?.hours == null ? '' : timeText(known.hours.fromMinute));
  const [to, setTo] = useState(known?.hours == null ? '' : timeText(known.hours.toMinute));
  const [marks, setMarks] = useState({
    isOn: known?.isOn ?? true,
    mayWatch: known?.mayWatch ?? true,
    mayTurn: known?.mayTurn ?? false,
  });
  const hours = hoursOf(from, to);
  const parsed = upperSettingsSchema.safeParse({
    ...marks,
    name: fields.name,
    address: fields.address,
    port: numberOf(fields.port),
    theirId: fields.theirId,
    domain: fields.domain === '' ? fields.theirId.slice(0, 10) : fields.domain,
    ourId: fields.ourId,
    userName: fields.userName === '' ? fields.ourId : fields.userName,
    registerSeconds: numberOf(fields.registerSeconds),
    keepaliveSeconds: numberOf(fields.keepaliveSeconds),
    maxViews: numberOf(fields.maxViews),
    mediaAddresses: severalOf(fields.mediaAddresses),
    sameIds: severalOf(fields.sameIds),
    otherIds: severalOf(fields.otherIds),
    transport,
    edition,
    pictures,
    hours,
  });
  const wrong = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]));
  const needsPassword = known === undefined;
  const isPasswordGood = password === '' ? !needsPassword : upperPasswordSchema.safeParse(password).success;
  const field = (name: keyof typeof fields, placeholder?: string) => (
    <TextInput
      label={t(`cascade.field.${name}`)}
      description={t(`cascade.fieldText.${name}`)}
      value={fields[name]}
      maxLength={hasSeveral.has(name) ? 1_400 : 64}
      autoComplete="off"
      placeholder={placeholder}
      // What is still empty is no mistake yet.
      error={fields[name] !== '' && wrong.has(name) ? t(`cascade.fieldForm.${name}`) : undefined}
      data-setting={name}
      onChange={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
    />
  );
  const mark = (name: keyof typeof marks) => (
    <Checkbox
      label={t(`cascade.mark.${name}`)}
      description={t(`cascade.markText.${name}`)}
      checked={marks[name]}
      onChange={(event) => setMarks({ ...marks, [name]: event.currentTarget.checked })}
    />
  );
  return (
    <form
      className="cascade-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed.success && isPasswordGood && !isBusy)
          onSave(parsed.data, password === '' ? undefined : password, began?.revision ?? '');
      }}
    >
      <div className="cascade-fields">
        {field('name')}
        {field('address', '10.0.0.8')}
        {field('port')}
        <NativeSelect
          label={t('cascade.transport')}
          description={t('cascade.transportText')}
          value={transport}
          data={[
            { value: 'udp', label: 'UDP' },
            { value: 'tcp', label: 'TCP' },
          ]}
          onChange={(event) => setTransport(event.currentTarget.value)}
        />
        {field('theirId')}
        {field('domain', fields.theirId.slice(0, 10))}
        {field('ourId')}
        {field('userName', fields.ourId)}
        <PasswordInput
          label={t('cascade.password')}
          description={t(needsPassword ? 'cascade.passwordText' : 'cascade.passwordKept')}
          value={password}
          maxLength={64}
          autoComplete="new-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('cascade.edition')}
          description={t('cascade.editionText')}
          value={edition}
          data={[
            { value: '2016', label: 'GB/T 28181-2016' },
            { value: '2022', label: 'GB/T 28181-2022' },
          ]}
          onChange={(event) => setEdition(event.currentTarget.value)}
        />
        {field('registerSeconds')}
        {field('keepaliveSeconds')}
        {field('maxViews')}
        <NativeSelect
          label={t('cascade.pictures')}
          description={t('cascade.picturesText')}
          value={pictures}
          data={upperPictures.map((value) => ({ value, label: t(`cascade.picture.${value}`) }))}
          onChange={(event) => setPictures(event.currentTarget.value)}
        />
        {field('mediaAddresses', '10.0.0.9')}
        {field('sameIds')}
        {field('otherIds')}
        <TextInput
          label={t('cascade.hoursFrom')}
          description={t('cascade.hoursText')}
          placeholder="07:30"
          maxLength={5}
          value={from}
          error={hours === undefined ? t('cascade.hoursForm') : undefined}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label={t('cascade.hoursTo')}
          description={t('cascade.hoursToText')}
          placeholder="18:00"
          maxLength={5}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      {mark('isOn')}
      {mark('mayWatch')}
      {mark('mayTurn')}
      <May asks={known === undefined ? 'cascade:add' : 'cascade:change'}>
        <div className="desk-row">
          <Button
            type="submit"
            variant="filled"
            disabled={!parsed.success || !isPasswordGood}
            aria-disabled={isBusy}
          >
            {t('cascade.save')}
          </Button>
          <Button onClick={onCancel}>{t('dialog.cancel')}</Button>
        </div>
      </May>
    </form>
  );
}

/** Fields for several addresses or ids. */
const hasSeveral: ReadonlySet<string> = new Set(['mediaAddresses', 'sameIds', 'otherIds']);

function severalOf(text: string): string[] {
  return text.split(/[\s,，、;；]+/).filter((part) => part !== '');
}

/** Anything but a whole number is refused, by the rules of the form and again by the hub. */
function numberOf(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}
