/** What spreadsheet programs, converters and people do to a table; surfaces have words for each code. */
export const registryFaultCodes = [
  // A cell.
  'spreadsheetError',
  'dateCell',
  'shortenedNumber',
  'damagedText',
  'garbledText',
  'lostCharacters',
  'formula',
  'hiddenInUrl',
  'wideInUrl',
  // A file.
  'oldWorkbook',
  'encryptedWorkbook',
  'binaryWorkbook',
  'openDocument',
  'otherArchive',
  'brokenWorkbook',
  'workbookTooLarge',
  'emptyWorkbook',
] as const;
export type RegistryFaultCode = (typeof registryFaultCodes)[number];
