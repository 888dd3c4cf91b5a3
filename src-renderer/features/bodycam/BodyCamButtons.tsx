import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import type { BodyCamActions } from './bodyCamActions.ts';
import { May } from '../../ui/May.tsx';

export interface BodyCamButtonsProps {
  member: Pick<Member, 'memberId' | 'bodyCam' | 'isConnected'>;
  actions: Pick<BodyCamActions, 'end'>;
  enabled: boolean;
  /** Asks for the picture and shows it. */
  onWatch(memberId: string): void;
}

/** The buttons of a member's card that show the live picture of the member and end it. */
export function BodyCamButtons({ member, actions, enabled, onWatch }: BodyCamButtonsProps) {
  const { t } = useTranslation();
  const { memberId, bodyCam, isConnected } = member;
  return (
    <>
      <May asks="bodycam:ask">
        <Button
          variant={bodyCam.state === 'live' ? 'filled' : 'default'}
          disabled={!enabled || (!isConnected && bodyCam.state === 'off')}
          onClick={() => onWatch(memberId)}
        >
          {bodyCam.state === 'asked' ? t('bodycam.asked') : t('bodycam.show')} · v
        </Button>
      </May>
      {bodyCam.state !== 'off' && (
        <May asks="bodycam:end">
          <Button disabled={!enabled} onClick={() => void actions.end(memberId)}>
            {bodyCam.state === 'asked' ? t('bodycam.takeBack') : t('bodycam.end')}
          </Button>
        </May>
      )}
    </>
  );
}
