import type { TFunction } from 'i18next';
import type { KeyGroup } from '../../ui/desk/KeyHelp.tsx';

/** All keys of the desk with their words; DeskKeys.ts and the finder listen to them. */
export function deskKeyGroups(t: TFunction): KeyGroup[] {
  return [
    {
      title: t('keys.everywhere'),
      keys: [
        { keys: ['Ctrl K', '/'], text: t('keys.find') },
        { keys: ['Alt 1…7'], text: t('keys.views') },
        { keys: ['?'], text: t('keys.keys') },
        { keys: ['Esc'], text: t('keys.escape') },
        { keys: ['Tab'], text: t('keys.tab') },
      ],
    },
    {
      title: t('alerts.title'),
      keys: [
        { keys: ['a'], text: t('alerts.keys.jump') },
        { keys: ['Enter'], text: t('alerts.acknowledge') },
        { keys: ['↑', '↓'], text: t('alerts.keys.step') },
        { keys: ['r'], text: t('alerts.resolve') },
        { keys: ['f', '1…6'], text: t('alerts.falseAlarm') },
        { keys: ['d', '1…9'], text: t('alerts.duplicate') },
        { keys: ['o'], text: t('alerts.note') },
        { keys: ['z'], text: t('alerts.silence') },
      ],
    },
    {
      title: t('talk.dock'),
      keys: [
        { keys: ['Space'], text: t('talk.keys.hold') },
        { keys: ['Shift Space'], text: t('talk.keys.override') },
        { keys: ['v'], text: t('talk.keys.watch') },
      ],
    },
    {
      title: t('keys.finder'),
      keys: [
        { keys: ['↑', '↓', 'PgUp', 'PgDn'], text: t('keys.move') },
        { keys: ['Enter'], text: t('keys.large') },
        { keys: ['Shift Enter'], text: t('keys.carry') },
        { keys: ['Alt 1…9'], text: t('keys.placeOn') },
        { keys: ['0…9', 'Enter'], text: t('keys.placeNumber') },
      ],
    },
    {
      title: t('keys.wall'),
      keys: [
        { keys: ['←', '→', '↑', '↓'], text: t('keys.tile') },
        { keys: ['Enter'], text: t('keys.tileLarge') },
        { keys: ['p'], text: t('keys.pin') },
        { keys: ['s'], text: t('keys.spotlight') },
        { keys: ['e'], text: t('keys.endSpotlight') },
        { keys: ['h'], text: t('keys.pause') },
        { keys: ['n'], text: t('keys.step') },
        { keys: ['b'], text: t('keys.back') },
        { keys: ['[', ']'], text: t('keys.screens') },
      ],
    },
    {
      title: t('keys.largeCamera'),
      keys: [
        { keys: ['m'], text: t('keys.sound') },
        { keys: ['c'], text: t('keys.snapshot') },
        { keys: ['t'], text: t('keys.toWall') },
        { keys: ['Esc'], text: t('keys.close') },
      ],
    },
  ];
}
