import { Autocomplete } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { knownSkills, maxSkillLength } from '../../../src-shared/squads/skills.ts';
import type { OrderPeople } from './orderWords.ts';

/** The skill that is wanted of who goes: typed, or chosen from what members have; empty where none is. */
export function SkillField({
  people,
  value,
  onType,
}: {
  people: Pick<OrderPeople, 'members'>;
  value: string;
  onType(skill: string): void;
}) {
  const { t } = useTranslation();
  return (
    <Autocomplete
      label={t('orders.form.skill')}
      placeholder={t('orders.form.noSkill')}
      data-wanted-skill
      value={value}
      maxLength={maxSkillLength}
      data={knownSkills(people.members.values())}
      onChange={onType}
    />
  );
}
