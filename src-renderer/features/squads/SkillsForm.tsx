import { Button, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { maxSkillLength, maxSkills } from '../../../src-shared/squads/skills.ts';

/** What a member can do that not everybody can: typed, or chosen from what others have, and saved by the button. */
export function SkillsForm({
  initial,
  known,
  enabled,
  onSkills,
}: {
  initial: readonly string[];
  /** Skills that members have, to be chosen from. */
  known: string[];
  enabled: boolean;
  onSkills(skills: string[]): Promise<boolean>;
}) {
  const { t } = useTranslation();
  const [skills, setSkills] = useState([...initial]);
  const isChanged = skills.join('\n') !== initial.join('\n');
  return (
    <form
      className="squad-name-form squad-skills-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void onSkills(skills);
      }}
    >
      <TagsInput
        label={t('squads.skills')}
        description={t('squads.skillsText', { count: maxSkills })}
        data-skills
        value={skills}
        data={known}
        maxTags={maxSkills}
        splitChars={[',', '，', '、', ';', '；']}
        disabled={!enabled}
        onChange={(typed) =>
          setSkills(
            typed.map((skill) => skill.trim().slice(0, maxSkillLength)).filter((skill) => skill !== ''),
          )
        }
      />
      <Button type="submit" disabled={!enabled || !isChanged}>
        {t('squads.saveSkills')}
      </Button>
    </form>
  );
}
