import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Platform, PlatformSettings } from '../../../src-shared/recorders/recorders.protocol.ts';
import { May } from '../../ui/May.tsx';
import { PlatformForm } from './PlatformForm.tsx';

export interface PlatformFactsProps {
  platform: Platform;
  isBusy: boolean;
  /** Whether it was saved; undefined settings: as the server's configuration says. */
  onSave(settings: PlatformSettings | undefined): Promise<boolean>;
}

/** How the platform is set up, each setting with what it is for, whether recorders can register, and the way to change it. */
export function PlatformFacts({ platform, isBusy, onSave }: PlatformFactsProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { state, address, port, takenBy, platformId, domain, mediaPorts, warnings, fault = '' } = platform;
  const count = mediaPorts.last - mediaPorts.first + 1;
  const standing =
    state === 'taken' && takenBy !== undefined
      ? t('recorders.door.takenBy', { port, program: takenBy })
      : t(`recorders.door.${state}`, { port, fault });
  const facts = [
    ['port', port === undefined ? t('recorders.notSet') : String(port), 'MINGCHU_GB28181_PORT'],
    ['address', address, 'MINGCHU_GB28181_ADDRESS'],
    ['id', platformId, 'MINGCHU_GB28181_ID'],
    ['domain', domain, 'MINGCHU_GB28181_ID'],
    ['media', `${mediaPorts.first}–${mediaPorts.last}`, 'MINGCHU_GB28181_MEDIA_PORTS'],
  ] as const;
  return (
    <section className="recorder-platform" data-door={state}>
      <p className={state === 'open' ? undefined : 'desk-not-normal'} role="status">
        {standing}
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="desk-not-normal" data-warning={warning}>
          {t(`recorders.warning.${warning}`, { address })}
        </p>
      ))}
      {isOpen ? (
        <PlatformForm
          platform={platform}
          isBusy={isBusy}
          onSave={(settings) => void onSave(settings).then((isSaved) => setOpen(!isSaved))}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <May asks="recorders:setPlatform">
          <Button onClick={() => setOpen(true)}>{t('recorders.changePlatform')}</Button>
        </May>
      )}
      <table className="recorder-table">
        <tbody>
          {facts.map(([name, value, setting]) => (
            <tr key={name}>
              <th scope="row">{t(`recorders.setting.${name}`)}</th>
              <td>
                <code>{value}</code>
              </td>
              <td className="desk-dim">{t(`recorders.settingText.${name}`, { count })}</td>
              <td className="desk-dim">
                {platform.isSetHere ? t('recorders.setHere') : <code>{setting}</code>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
