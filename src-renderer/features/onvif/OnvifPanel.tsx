import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { maxSignIns, type OnvifDevice } from '../../../src-shared/onvif/onvif.protocol.ts';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { DeskOnvif, OnvifDone } from './deskOnvif.ts';
import { freeStreams, namesOf, plannedPlaces, signInTargets } from './onvifDrafts.ts';
import { OnvifDeviceRow } from './OnvifDeviceRow.tsx';
import { OnvifSearchForm } from './OnvifSearchForm.tsx';
import { OnvifSignInForm } from './OnvifSignInForm.tsx';
import { SiteSelect, type OnvifSites } from './SiteSelect.tsx';
import './onvif.css';

const shownParts = ['all', 'todo', 'placed'] as const;
/** Rows that are drawn; the others are found by the field above. */
const maxRows = 200;
type ShownPart = (typeof shownParts)[number];

export interface OnvifPanelProps {
  actions: DeskOnvif;
  sites: OnvifSites;
  titleOf(cameraId: string): string;
  onOpen(cameraId: string): void;
}

/** Brings in ONVIF cameras: search, sign in once for many, say at which site each is, and put them into the registry together. */
export function OnvifPanel({ actions, sites, titleOf, onOpen }: OnvifPanelProps) {
  const { t } = useTranslation();
  const { list, chosen, drafts, pictures, busy, done, problem } = useStore(actions.store);
  const { isAllowed, helper } = useMay('onvif:list');
  const [part, setPart] = useState<ShownPart>('all');
  const [words, setWords] = useState('');
  const [siteForAll, setSiteForAll] = useState<string | undefined>(undefined);
  useEffect(() => {
    return isAllowed ? actions.show() : undefined;
  }, [actions, isAllowed]);
  const devices = useMemo(() => list?.devices ?? [], [list]);
  const names = useMemo(() => namesOf(devices, drafts, sites.cameraNames), [devices, drafts, sites]);
  const planned = plannedPlaces(devices, drafts, names);
  const found = devices.filter(
    (device) => (part === 'all' || (part === 'placed') === isPlaced(device)) && isFound(device, words),
  );
  const shown = found.slice(0, maxRows);
  const chosenDevices = devices.filter(({ deviceId }) => chosen.has(deviceId));
  const targets = signInTargets(devices, chosen);
  const chosenStreams = freeStreams(chosenDevices);
  const shownIds = found.map(({ deviceId }) => deviceId);
  const chosenShown = shownIds.filter((deviceId) => chosen.has(deviceId)).length;
  const said = (
    <>
      {problem !== undefined && (
        <p className="desk-not-normal onvif-said" role="alert">
          {refusalText(problem, t)}
        </p>
      )}
      {done !== undefined && (
        <p className="onvif-said" role="status" data-done={done.kind}>
          <DoneText done={done} />
        </p>
      )}
    </>
  );
  return (
    <div className="desk-page onvif">
      <h1>{t('onvif.title')}</h1>
      <p>{t('onvif.text')}</p>
      {helper !== undefined && <p className="may-ask">{helper}</p>}
      <section className="onvif-step">
        <h2>{t('onvif.step.search')}</h2>
        <OnvifSearchForm
          search={list?.search}
          found={devices.length}
          isBusy={busy !== undefined}
          onSearch={(input) => void actions.search(input)}
        />
      </section>
      {devices.length === 0 && said}
      {devices.length > 0 && (
        <div className="onvif-bar">
          <section className="onvif-step">
            <h2>{t('onvif.step.signIn')}</h2>
            <OnvifSignInForm chosen={targets.length} isBusy={busy === 'signIn'} onSignIn={actions.signIn} />
            {targets.length > maxSignIns && (
              <p className="desk-not-normal">{t('onvif.tooMany', { limit: maxSignIns })}</p>
            )}
          </section>
          <section className="onvif-step">
            <h2>{t('onvif.step.place')}</h2>
            <div className="desk-row onvif-form">
              <SiteSelect
                sites={sites}
                siteId={siteForAll}
                label={t('onvif.siteForChosen', { count: chosenStreams.length })}
                isLabelShown
                isDisabled={chosenStreams.length === 0}
                onChoose={(siteId) => {
                  setSiteForAll(siteId);
                  actions.draft(
                    chosenStreams.map(({ key }) => key),
                    { siteId },
                  );
                }}
              />
              <May asks="onvif:place">
                <Button
                  variant="filled"
                  disabled={planned.length === 0}
                  aria-disabled={busy !== undefined}
                  data-onvif-place
                  onClick={() => {
                    if (busy === undefined) void actions.place(planned).then(() => setSiteForAll(undefined));
                  }}
                >
                  {busy === 'place' ? t('onvif.placing') : t('onvif.place', { count: planned.length })}
                </Button>
              </May>
            </div>
          </section>
          {said}
        </div>
      )}
      {devices.length > 0 && (
        <>
          <div className="desk-row">
            <SegmentedControl
              value={part}
              onChange={(value) => setPart(shownParts.find((one) => one === value) ?? 'all')}
              data={shownParts.map((value) => ({ value, label: t(`onvif.shown.${value}`) }))}
            />
            <TextInput
              className="onvif-find"
              aria-label={t('onvif.find')}
              placeholder={t('onvif.find')}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <span className="desk-dim">
              {t('onvif.count', {
                count: devices.length,
                ready: devices.filter(({ state }) => state === 'ready').length,
                chosen: chosenDevices.length,
              })}
            </span>
          </div>
          <table className="onvif-table">
            <thead>
              <tr>
                <th>
                  <Checkbox
                    aria-label={t('onvif.chooseAll')}
                    checked={chosenShown > 0 && chosenShown === shownIds.length}
                    indeterminate={chosenShown > 0 && chosenShown < shownIds.length}
                    onChange={(event) => actions.choose(shownIds, event.currentTarget.checked)}
                  />
                </th>
                <th>{t('onvif.device')}</th>
                <th>{t('onvif.picture')}</th>
                <th>{t('onvif.abilities')}</th>
                <th>{t('onvif.camera')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((device) => (
                <OnvifDeviceRow
                  key={device.deviceId}
                  {...{ device, actions, sites, drafts, names, pictures, titleOf, onOpen }}
                  isBusy={busy !== undefined}
                  isChosen={chosen.has(device.deviceId)}
                />
              ))}
            </tbody>
          </table>
          {found.length > maxRows && (
            <p className="desk-dim">{t('onvif.listedOf', { listed: maxRows, total: found.length })}</p>
          )}
        </>
      )}
    </div>
  );
}

function DoneText({ done }: { done: OnvifDone }) {
  const { t } = useTranslation();
  if (done.kind === 'takenOver' || done.kind === 'released') return t(`onvif.${done.kind}`);
  if (done.kind === 'forgotten') return t('onvif.forgotten');
  if (done.kind === 'placed') return t('onvif.placed', { count: done.count });
  return t(done.failed === 0 ? 'onvif.signedIn' : 'onvif.signedInSome', {
    count: done.ready,
    failed: done.failed,
  });
}

/** Whether all the words are in what the list shows of a device. */
function isFound({ name, make, model, address, serial }: OnvifDevice, words: string): boolean {
  const text = [name, make, model, address, serial].join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function isPlaced({ streams }: OnvifDevice): boolean {
  return streams.length > 0 && streams.every(({ cameraId }) => cameraId !== undefined);
}
