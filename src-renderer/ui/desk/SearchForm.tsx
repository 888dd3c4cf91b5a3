import { Button, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Ask } from '../../../src-shared/session/rights.ts';
import { parseMoment } from '../moments.ts';
import { May } from '../May.tsx';

/** A span as people type it; a part that is left empty is left out. Undefined where a time cannot be read. */
export function spanOf({
  from,
  to,
}: {
  from: string;
  to: string;
}): { fromMs?: number; toMs?: number } | undefined {
  const fromMs = parseMoment(from);
  const toMs = parseMoment(to);
  if ((from.trim() !== '' && fromMs === undefined) || (to.trim() !== '' && toMs === undefined))
    return undefined;
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}

export interface SearchFormProps<Filter> {
  className: string;
  asks: Ask;
  enabled: boolean;
  /** Undefined where a time of the form cannot be read: the form then shows that, and cannot be sent. */
  filter: Filter | undefined;
  onSearch(filter: Filter): void;
  label: string;
  children: ReactNode;
}

/** The fields of a search with its button. */
export function SearchForm<Filter>(props: SearchFormProps<Filter>) {
  const { className, asks, enabled, filter, onSearch, label, children } = props;
  const { t } = useTranslation();
  return (
    <>
      <form
        className={className}
        onSubmit={(event) => {
          event.preventDefault();
          if (filter !== undefined) onSearch(filter);
        }}
      >
        {children}
        <May asks={asks}>
          <Button type="submit" disabled={!enabled || filter === undefined}>
            {label}
          </Button>
        </May>
      </form>
      {filter === undefined && (
        <p className="desk-not-normal" role="alert">
          {t('orders.form.dueProblem.malformed')}
        </p>
      )}
    </>
  );
}

/** One district of the city, or all. */
export function DistrictSelect(props: {
  label: string;
  value: string | null;
  onChange(value: string | null): void;
}) {
  const { t } = useTranslation();
  return (
    <Select
      {...props}
      clearable
      data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
    />
  );
}

export interface FoundProps {
  /** How the last search stands: `failed` where the hub did not answer it. */
  standing: string;
  /** How many were found. */
  count: number;
  words: { none: string; failed: string; more: string };
  /** What is found, as a word for tests and style sheets: `orders`. */
  what: 'orders' | 'findings';
  enabled: boolean;
  /** Left out where there is no further page. */
  onMore?: (() => void) | undefined;
  children: ReactNode;
}

/** What a search found, with the key for its next page. */
export function Found({ standing, count, words, what, enabled, onMore, children }: FoundProps) {
  return (
    <>
      {standing !== 'searching' && count === 0 && (
        <p className="desk-dim" role="status">
          {standing === 'failed' ? words.failed : words.none}
        </p>
      )}
      {children}
      {onMore !== undefined && (
        <Button size="compact-sm" {...{ [`data-more-${what}`]: true }} disabled={!enabled} onClick={onMore}>
          {words.more}
        </Button>
      )}
    </>
  );
}
