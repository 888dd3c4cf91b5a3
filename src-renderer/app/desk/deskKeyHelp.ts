import type { TFunction } from 'i18next';
import type { KeyGroup } from '../../ui/desk/KeyHelp.tsx';
import type { AnyDeskFeature } from './deskFeature.ts';
import { viewHelp, viewsOf } from './deskViews.ts';

/** All keys of the desk with their words: those that work everywhere, the views, and those of each feature. */
export function deskKeyHelp(features: readonly AnyDeskFeature[], t: TFunction): KeyGroup[] {
  const groups: KeyGroup[] = [
    {
      title: t('keys.everywhere'),
      keys: [
        { keys: ['Ctrl K', '/'], text: t('keys.find') },
        { keys: ['?'], text: t('keys.keys') },
        { keys: ['Esc'], text: t('keys.escape') },
        { keys: ['Tab'], text: t('keys.tab') },
      ],
    },
    viewHelp(viewsOf(features), t),
    ...features.toReversed().flatMap(({ keys }) => keys?.help?.(t) ?? []),
  ];
  const byTitle = new Map<string, KeyGroup>();
  for (const { title, keys } of groups) {
    byTitle.set(title, { title, keys: [...(byTitle.get(title)?.keys ?? []), ...keys] });
  }
  return [...byTitle.values()];
}
