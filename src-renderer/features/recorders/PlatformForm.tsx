import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  platformSettingsSchema,
  type Platform,
  type PlatformSettings,
} from '../../../src-shared/recorders/recorders.protocol.ts';
import { May } from '../../ui/May.tsx';

export interface PlatformFormProps {
  platform: Platform;
  isBusy: boolean;
  /** Undefined: as the server's configuration says. */
  onSave(settings: PlatformSettings | undefined): void;
  onCancel(): void;
}

/** The usual port of SIP, proposed while none is set. */
const usualPort = '5060';

/** How recorders are received: each setting with what it is for, checked before it is saved. */
export function PlatformForm({ platform, isBusy, onSave, onCancel }: PlatformFormProps) {
  const { t } = useTranslation();
  // A person who opens the form while it is off wants to switch it on.
  const [isOn, setOn] = useState(true);
  const [fields, setFields] = useState({
    port: platform.port === undefined ? usualPort : String(platform.port),
    address: platform.isAddressFound ? '' : platform.address,
    id: platform.platformId,
    first: String(platform.mediaPorts.first),
    last: String(platform.mediaPorts.last),
  });
  const parsed = platformSettingsSchema.safeParse({
    isOn,
    port: numberOf(fields.port),
    address: fields.address === '' ? null : fields.address,
    platformId: fields.id,
    mediaPorts: { first: numberOf(fields.first), last: numberOf(fields.last) },
  });
  const wrong = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]));
  const count = Number(fields.last) - Number(fields.first) + 1;
  const field = (
    name: keyof typeof fields,
    label: string,
    text: string | undefined,
    error: string | undefined,
  ) => (
    <TextInput
      label={label}
      description={text}
      value={fields[name]}
      maxLength={20}
      autoComplete="off"
      inputMode={name === 'address' ? undefined : 'numeric'}
      placeholder={
        name === 'address' ? t('recorders.addressFound', { address: platform.address }) : undefined
      }
      error={error}
      data-setting={name}
      onChange={(event) => setFields({ ...fields, [name]: event.currentTarget.value.trim() })}
    />
  );
  const errorOf = (path: string, text: string): string | undefined => (wrong.has(path) ? text : undefined);
  const portForm = t('recorders.portForm');
  const mediaForm = errorOf('mediaPorts', t('recorders.mediaForm'));
  return (
    <form
      className="recorder-platform-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed.success && !isBusy) onSave(parsed.data);
      }}
    >
      <Checkbox
        label={t('recorders.switchOn')}
        checked={isOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
      />
      {field('port', t('recorders.setting.port'), t('recorders.settingText.port'), errorOf('port', portForm))}
      {field(
        'address',
        t('recorders.setting.address'),
        t('recorders.settingText.address'),
        errorOf('address', t('recorders.addressForm')),
      )}
      {field(
        'id',
        t('recorders.setting.id'),
        t('recorders.settingText.id'),
        errorOf('platformId', t('recorders.idForm')),
      )}
      {field(
        'first',
        t('recorders.firstMediaPort'),
        mediaForm === undefined ? t('recorders.settingText.media', { count }) : undefined,
        mediaForm,
      )}
      {field('last', t('recorders.lastMediaPort'), undefined, mediaForm)}
      <p className="desk-dim">{t('recorders.platformNote')}</p>
      <May asks="recorders:setPlatform">
        <div className="desk-row">
          <Button type="submit" variant="filled" disabled={!parsed.success} aria-disabled={isBusy}>
            {t('recorders.save')}
          </Button>
          {platform.isSetHere && (
            <Button onClick={() => onSave(undefined)}>{t('recorders.asConfigured')}</Button>
          )}
          <Button onClick={onCancel}>{t('dialog.cancel')}</Button>
        </div>
      </May>
    </form>
  );
}

/** What is no whole number is refused by the form's rules, as it is by the server's. */
function numberOf(text: string): number {
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
}
