import { Button, Kbd, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { shiftAt, type Shift } from '../../../src-shared/session/shifts.ts';
import { minuteOfDay } from '../../../src-shared/time/minuteOfDay.ts';
import type { PrincipalStore } from './principalStore.ts';
import { districtName } from './scopeWords.ts';
import './personMenu.css';

export interface PersonMenuProps {
  store: PrincipalStore;
  /** The hub's clock. Unix milliseconds. */
  nowMs: number;
  onOwnAccount(): void;
  onSoundDevices(): void;
  onGuide(): void;
  onLock(): void;
  onSwitch(): void;
  onSignOut(): void;
}

/** Who sits at this desk, in which role and shift, and what they do with their sign-in. */
export function PersonMenu(props: PersonMenuProps) {
  const { store, nowMs } = props;
  const { t } = useTranslation();
  const desk = useStore(store, (state) => state.desk);
  const role = useStore(store, (state) => state.role);
  const shift = useShift(desk?.shifts ?? [], nowMs);
  if (desk === undefined || role === undefined) return null;
  const roleName = role in roleKeys ? t(roleKeys[role as keyof typeof roleKeys]) : '';
  const place = [
    desk.scope.districts === 'all' ? [] : desk.scope.districts.map((one) => districtName(one, t)),
    desk.scope.squads === 'all' || desk.scope.districts !== 'all' ? [] : desk.scope.squads,
  ].flat();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="subtle" color="gray" className="person-menu" data-person={desk.name}>
          <span className="person-menu-name">{desk.name === '' ? roleName : desk.name}</span>
          <span className="person-menu-role">
            {[
              ...(desk.name === '' ? [] : [roleName]),
              ...(place.length === 0 ? [] : [place.join('、')]),
              shift,
            ]
              .filter((word) => word !== '')
              .join(' · ')}
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={props.onSwitch}>{t('desk.switchPerson')}</Menu.Item>
        <Menu.Item onClick={props.onLock} rightSection={<Kbd size="xs">Ctrl Shift L</Kbd>}>
          {t('desk.lock')}
        </Menu.Item>
        <Menu.Item onClick={props.onOwnAccount}>{t('accounts.own')}</Menu.Item>
        <Menu.Item onClick={props.onSoundDevices}>{t('soundDevices.title')}</Menu.Item>
        <Menu.Item onClick={props.onGuide} rightSection={<Kbd size="xs">F1</Kbd>}>
          {t('guide.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={props.onSignOut}>{t('desk.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const roleKeys = {
  administrator: 'roles.administrator',
  supervisor: 'roles.supervisor',
  duty_officer: 'roles.duty_officer',
  auditor: 'roles.auditor',
} as const;

/** The name of the shift of this minute, by the clock of the desk's own place. */
function useShift(shifts: readonly Shift[], nowMs: number): string {
  const { t } = useTranslation();
  const known = shifts.length > 0 ? shifts : dayAndNight(t('desk.shift.day'), t('desk.shift.night'));
  return shiftAt(known, minuteOfDay(nowMs))?.name ?? '';
}

/** The shifts where the settings name none. */
function dayAndNight(day: string, night: string): Shift[] {
  return [
    { name: day, fromMinute: 8 * 60 },
    { name: night, fromMinute: 20 * 60 },
  ];
}
