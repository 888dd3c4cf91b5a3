/** The icon in the tray: assets/icons/wall.svg, 32 by 32 pixels, as a data URL of a PNG. */
export const trayIcon = `data:image/png;base64,${[
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAMAAABEpIrGAAAAmVBMVEVMaXEUFxkTFxkUFxkSEhwSFxkAKioTFxkTFxokJCQVFxkT',
  'FhoUFhkUFhkUFxoUFxkUFxrk5+pKo/9MT1F8f4JIS04jPFcvXY0iOlPf4uVER0oWGRzj5ukpLS/S1dhqbW83Oj03OT04Oz5SVVhJ',
  'oPkaJjJQU1YqLTDR1NdRVFdGmOwkQF0qUHdrbXAUGBsgOE9Kov4dLkEeL0ISypboAAAAEHRSTlMAx9BuG2wGz/MHbfTJyPHGStmu',
  'dgAAAAlwSFlzAAALEwAACxMBAJqcGAAAALRJREFUOMvVk0kSgjAQRRsZAyINgsqMOM/D/Q9nqkI0i5iseatf1S+VXvQHAGKGAUoI',
  'Qp8AxZrgX1yLvlfMqUHARCU2TNWCAZ5a8AA1MGGTx4ym3p0TxvYiCGnMyVYJZzk2oeXzav16cuEqCGUxZ3SI7wXjcZcJPWI/xKIU',
  'hNvvi67iuZUvmX1jOjbhxA/mWB+aIeZ7QVCdnOZoZ/qz93XFIa6yeg4tr6suL4BjG9JNvch2AD5aMkNafofYfQAAAABJRU5ErkJg',
  'gg==',
].join('')}`;
