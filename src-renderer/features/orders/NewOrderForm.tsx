import { Autocomplete, Button, Select, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { filledIn, templateFor } from '../../../src-shared/orders/orderSettings.ts';
import {
  orderKinds,
  placeName,
  type OrderContent,
  type OrderPlace,
} from '../../../src-shared/orders/orders.protocol.ts';
import { momentText } from '../../ui/moments.ts';
import { May } from '../../ui/May.tsx';
import { CrewChooser } from './CrewChooser.tsx';
import { DueField, readDue } from './DueField.tsx';
import { SkillField } from './SkillField.tsx';
import { crewOfOne } from './ordersActions.ts';
import { checklistOf } from './checklistText.ts';
import { placeOptions, type PlaceOption } from './placeOptions.ts';
import { districtFromText } from './orderWords.ts';
import type { OrdersPanelProps } from './ordersPanelProps.ts';

const kinds = orderKinds.filter((kind) => kind !== 'alert');
const priorities = [1, 2, 3] as const;
/** Places that are offered while a name is typed. */
const offeredPlaces = 8;

/** What is typed; the template of a kind fills it in. */
interface Draft {
  kind: (typeof orderKinds)[number];
  priority: (typeof priorities)[number];
  instructions: string;
  /** One item on each line. */
  checklist: string;
  due: string;
  skill: string;
}

/** An order that comes from no alert: where, what, how urgent, by when, and who goes. */
export function NewOrderForm({ store, actions, people, nowMs, enabled, findPlaces }: OrdersPanelProps) {
  const { t, i18n } = useTranslation();
  const wantedPlace = useStore(store, (state) => state.wantedPlace);
  const wantedDistrict = useStore(store, (state) => state.wantedDistrict);
  const { settings } = useStore(store, (state) => state.settings);
  const [place, setPlace] = useState<Partial<OrderPlace>>(wantedPlace ?? {});
  const [name, setName] = useState(wantedPlace === undefined ? '' : placeName(wantedPlace, i18n.language));
  const draftOf = (kind: Draft['kind']): Draft => {
    const {
      priority,
      instructions,
      checklist,
      dueAtMs,
      skill = '',
    } = filledIn(templateFor(settings, { kind }), {
      language: i18n.language,
      nowMs,
    });
    return {
      kind,
      priority,
      instructions,
      checklist: checklist.map(({ text }) => text).join('\n'),
      due: dueAtMs === undefined ? '' : momentText(dueAtMs),
      skill,
    };
  };
  const [draft, setDraft] = useState<Draft>(() => draftOf('inspection'));
  const set = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const ranked = useStore(store, (state) =>
    state.ranked?.forId === 'new' ? state.ranked.candidates : undefined,
  );
  const { latitude, longitude, district } = place;
  const skill = draft.skill.trim() === '' ? undefined : draft.skill.trim();
  useEffect(() => {
    const isPlaced = (latitude !== undefined && longitude !== undefined) || district !== undefined;
    void actions.rank('new', {
      skill,
      ...(isPlaced ? { place: { name: '·', latitude, longitude, district } } : {}),
    });
  }, [actions, latitude, longitude, district, skill]);
  const offered = (text: string): PlaceOption[] =>
    placeOptions(findPlaces(text, offeredPlaces), i18n.language, (one) => t(`district.${one}`));
  const options = place.siteId === undefined ? offered(name) : [];
  const due = readDue(draft.due, nowMs);
  const listed = checklistOf(draft.checklist);
  const content: OrderContent = {
    kind: draft.kind,
    priority: draft.priority,
    place: { ...place, name: place.siteId === undefined ? name.trim() : (place.name ?? name.trim()) },
    instructions: draft.instructions.trim(),
    checklist: listed.checklist,
    ...(due.dueAtMs === undefined ? {} : { dueAtMs: due.dueAtMs }),
    ...(skill === undefined ? {} : { skill }),
  };
  const isReady =
    enabled && content.place.name !== '' && due.problem === undefined && listed.problem === undefined;
  const type = (text: string): void => {
    const chosen = [...options, ...offered(text)].find(({ label }) => label === text)?.place;
    setName(chosen === undefined ? text : placeName(chosen, i18n.language));
    // A place that was pointed at on the map keeps its position under any name; a site's facts go with its name.
    if (chosen !== undefined) setPlace(chosen);
    else if (place.siteId !== undefined) setPlace({});
  };
  return (
    <May asks="orders:create" note>
      <form
        className="order-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void actions.create(content);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing)
            return;
          event.preventDefault();
          const first = ranked?.[0];
          if (isReady && first !== undefined) void actions.create(content, crewOfOne(first));
        }}
      >
        <h1>{t('orders.new')}</h1>
        <Autocomplete
          label={t('orders.form.place')}
          value={name}
          maxLength={100}
          autoFocus
          data={options.map(({ label }) => label)}
          onChange={type}
        />
        {place.siteId !== undefined && place.address !== undefined && (
          <p className="desk-dim" data-order-address>
            {place.address}
          </p>
        )}
        {latitude !== undefined && longitude !== undefined && (
          <p className="desk-dim" data-order-position>
            {t('orders.form.position', { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5) })}
            {place.siteId === undefined &&
              wantedDistrict !== undefined &&
              wantedDistrict.district === district &&
              ` · ${districtFromText(wantedDistrict, t, i18n.language)}`}
          </p>
        )}
        <div className="order-form-row">
          <Select
            label={t('orders.form.district')}
            value={place.district ?? null}
            clearable
            data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
            onChange={(value) => {
              const { district: _before, ...rest } = place;
              const district = districts.find((one) => one === value);
              setPlace(district === undefined ? rest : { ...rest, district });
            }}
          />
          <Select
            label={t('orders.form.kind')}
            value={draft.kind}
            allowDeselect={false}
            data={kinds.map((one) => ({ value: one, label: t(`orders.kind.${one}`) }))}
            onChange={(value) => setDraft(draftOf(kinds.find((one) => one === value) ?? 'other'))}
          />
          <Select
            label={t('orders.form.priority')}
            value={String(draft.priority)}
            allowDeselect={false}
            data={priorities.map((one) => ({ value: String(one), label: t(`orders.priority.${one}`) }))}
            onChange={(value) => set({ priority: priorities.find((one) => String(one) === value) ?? 2 })}
          />
        </div>
        <div className="order-form-row">
          <DueField due={due} nowMs={nowMs} onType={(text) => set({ due: text })} />
          <SkillField people={people} value={draft.skill} onType={(text) => set({ skill: text })} />
        </div>
        <Textarea
          label={t('orders.form.instructions')}
          value={draft.instructions}
          maxLength={2_000}
          autosize
          minRows={2}
          onChange={(event) => set({ instructions: event.currentTarget.value })}
        />
        <Textarea
          label={t('orders.form.checklist')}
          value={draft.checklist}
          autosize
          minRows={2}
          maxRows={8}
          error={
            listed.problem === undefined ? undefined : t(`orders.form.checklistProblem.${listed.problem}`)
          }
          onChange={(event) => set({ checklist: event.currentTarget.value })}
        />
        <h2>{t('orders.whoGoes')}</h2>
        <CrewChooser
          candidates={ranked}
          people={people}
          enabled={isReady}
          firstKey="Ctrl+Enter"
          limit={6}
          onChoose={(crew) => void actions.create(content, crew)}
        />
        <div className="order-form-row">
          <Button type="submit" disabled={!isReady}>
            {t('orders.form.later')}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => actions.show(undefined)}>
            {t('dialog.close')}
          </Button>
        </div>
      </form>
    </May>
  );
}
