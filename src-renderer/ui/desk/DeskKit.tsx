import { createTheme, MantineProvider } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles.css';
import './deskKit.css';

/**
 * Quiet and dense; colours come from our tokens in deskKit.css, because the page's policy allows no style elements. `closeName` is the
 * name of the button that closes a dialog: it has no text of its own.
 */
const themeOf = (closeName: string) =>
  createTheme({
    primaryColor: 'gray',
    defaultRadius: 'xs',
    cursorType: 'pointer',
    respectReducedMotion: true,
    components: {
      Button: { defaultProps: { size: 'xs', variant: 'default' } },
      ActionIcon: { defaultProps: { size: 'md', variant: 'subtle' } },
      TextInput: { defaultProps: { size: 'xs' } },
      NumberInput: { defaultProps: { size: 'xs' } },
      Select: { defaultProps: { size: 'xs', checkIconPosition: 'right', withScrollArea: false } },
      Autocomplete: { defaultProps: { size: 'xs', withScrollArea: false } },
      MultiSelect: { defaultProps: { size: 'xs', withScrollArea: false } },
      TagsInput: { defaultProps: { size: 'xs', withScrollArea: false } },
      Textarea: { defaultProps: { size: 'xs' } },
      FileInput: { defaultProps: { size: 'xs' } },
      SegmentedControl: { defaultProps: { size: 'xs' } },
      Chip: { defaultProps: { size: 'xs', variant: 'outline' } },
      Table: { defaultProps: { verticalSpacing: 4 } },
      // Locking the page's scrolling writes a style element; the desk does not scroll as a whole.
      Modal: {
        defaultProps: {
          lockScroll: false,
          centered: true,
          transitionProps: { duration: 0 },
          closeButtonProps: { 'aria-label': closeName },
        },
      },
    },
  });

/** The kit of controls, dark, with our tokens. */
export function DeskKit({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const closeName = t('dialog.close');
  const theme = useMemo(() => themeOf(closeName), [closeName]);
  return (
    <MantineProvider theme={theme} forceColorScheme="dark" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}
