import { Button, MultiSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { districts, type District } from '../../../src-shared/cameras/cameras.protocol.ts';

/** The districts that a squad works in as a rule, or none; saved by the button. */
export function HomeDistrictsForm({
  initial,
  enabled,
  onHome,
}: {
  initial: readonly District[];
  enabled: boolean;
  onHome(home: District[]): Promise<boolean>;
}) {
  const { t } = useTranslation();
  const [home, setHome] = useState<readonly District[]>(initial);
  const isChanged = home.join('\n') !== initial.join('\n');
  return (
    <form
      className="squad-name-form squad-skills-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void onHome([...home]);
      }}
    >
      <MultiSelect
        label={t('squads.homeDistricts')}
        description={t('squads.homeDistrictsText')}
        data-home-districts
        value={[...home]}
        data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
        disabled={!enabled}
        clearable
        onChange={(chosen) => setHome(districts.filter((one) => chosen.includes(one)))}
      />
      <Button type="submit" disabled={!enabled || !isChanged}>
        {t('squads.saveHomeDistricts')}
      </Button>
    </form>
  );
}
