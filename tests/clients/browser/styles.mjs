// Styles of managed login.

import { PNG } from "pngjs";

/** A picture of one colour. */
function picture(width, height, [red, green, blue]) {
  const png = new PNG({ width, height });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red, green, blue, 255], at);
  return PNG.sync.write(png);
}

export const LOGO = picture(160, 40, [0, 95, 95]);

/** As little as can be: light or dark as the browser is. */
export const STYLE = { Settings: { categories: { global: { colorSchemeMode: "DYNAMIC" } } } };

/** Colours for both modes, corners, and a logo. */
export const BRAND = {
  Settings: {
    categories: { global: { colorSchemeMode: "DYNAMIC" } },
    components: {
      pageBackground: { lightMode: { color: "e6f2f2ff" }, darkMode: { color: "001a1aff" } },
      primaryButton: {
        lightMode: { defaults: { backgroundColor: "005f5fff", textColor: "ffffffff" } },
        darkMode: { defaults: { backgroundColor: "7fdfdfff", textColor: "002b2bff" } },
      },
      form: { borderRadius: 0, logo: { enabled: true, location: "CENTER", position: "TOP", formInclusion: "IN" } },
    },
  },
  Assets: [{ Category: "FORM_LOGO", ColorMode: "DYNAMIC", Extension: "PNG", Bytes: LOGO }],
};
