// SPDX-License-Identifier: Apache-2.0
// A place in the code: the function, and beneath it file and line; the whole of both on hover.
import { shortName } from "../model/code-name";
import { siteAddress, sitePlace } from "../model/sites";
import type { CallSite } from "../report/schema";
import { baseName } from "../lib/format";

export function SiteName({ site }: { site: CallSite }) {
  return <CodeName name={site.function} place={siteAddress(site)} short={sitePlace(site)} />;
}

/** Letters that fit the column of a table. */
const LETTERS = 44;

/** `place` on hover, `short` (by default its last part) beneath the name. */
export function CodeName({ name, place, short = baseName(place) }: { name: string; place: string; short?: string }) {
  return (
    <span class="site-name" title={place === "" ? name : `${name}\n${place}`}>
      <span class="frame-function">{shortName(name, LETTERS)}</span>
      <small>{short}</small>
    </span>
  );
}
