/** What may be wrong with an import: code → the parameters of its sentence. Surfaces have words for each code. */
export const registryFaults = {
  // What spreadsheet programs, converters and people do to a cell.
  spreadsheetError: ['value'],
  dateCell: ['value'],
  shortenedNumber: ['value'],
  damagedText: ['value'],
  garbledText: ['value'],
  lostCharacters: ['value'],
  formula: ['value'],
  hiddenInUrl: ['value'],
  wideInUrl: ['value'],
  // What a cell, or a field of a document, must be.
  required: [],
  requiredOneOf: ['known'],
  notOneOf: ['value', 'known'],
  tooLong: ['length', 'limit'],
  wrongType: [],
  notPrintable: [],
  notStorable: [],
  hiddenCharacters: [],
  wideCharacters: [],
  notPosition: ['value'],
  notDegrees: ['value'],
  notDate: ['value'],
  notHours: ['value'],
  notHeadPercent: ['value', 'least', 'most'],
  dateInFuture: ['value'],
  otherCoordinateMissing: [],
  systemMissing: [],
  outsideChina: ['latitude', 'longitude'],
  coordinatesSwapped: ['latitude', 'longitude'],
  // Addresses of cameras.
  notRtsp: [],
  spacesInUrl: [],
  urlTooLong: ['limit'],
  urlWithoutHost: [],
  urlPort: ['port'],
  urlAmbiguous: [],
  passwordHidden: [],
  // Records beside one another.
  standsAlready: ['value', 'line', 'file'],
  standsTwice: ['value'],
  siteDiffers: ['value', 'site', 'line', 'file', 'before'],
  noSuchSite: ['value'],
  everyCameraRemoved: [],
  tooManyRecords: ['limit'],
  // Lines and headers.
  tooManyCells: ['cells', 'headers'],
  sameColumn: ['column'],
  missingColumn: [],
  noKnownColumn: [],
  separatedBy: ['mark'],
  noRecords: [],
  quoteNeverCloses: [],
  quoteInsideCell: [],
  textAfterQuote: [],
  lineTooLong: ['limit'],
  unreadableLine: [],
  // A file.
  emptyFile: [],
  pdf: [],
  compressed: [],
  binaryContent: [],
  damagedEncoding: [],
  unknownEncoding: [],
  notJson: [],
  documentTooLarge: ['value'],
  notRegistry: [],
  oldWorkbook: [],
  encryptedWorkbook: [],
  binaryWorkbook: [],
  openDocument: [],
  otherArchive: [],
  brokenWorkbook: ['value'],
  workbookTooLarge: ['value'],
  emptyWorkbook: [],
} as const;

export type RegistryFaultCode = keyof typeof registryFaults;

/** A code with its parameters, for example `{ code: 'standsTwice', parameters: { value: 'S1' } }`. */
export interface RegistryFault {
  code: RegistryFaultCode;
  parameters?: Record<string, string | number>;
}

/** Makes a fault with exactly the parameters that its sentence may use. */
export function registryFault<Code extends RegistryFaultCode>(
  code: Code,
  ...[parameters]: (typeof registryFaults)[Code] extends readonly []
    ? []
    : [{ [Name in (typeof registryFaults)[Code][number]]: string | number }]
): RegistryFault {
  return parameters === undefined ? { code } : { code, parameters };
}

/** Parameters of a zod refinement whose issue is this fault; the hub reads them from the issue. */
export function faultParams(code: RegistryFaultCode): { params: { registryFault: RegistryFault } } {
  return { params: { registryFault: { code } } };
}
