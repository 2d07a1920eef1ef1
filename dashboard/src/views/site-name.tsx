// SPDX-License-Identifier: Apache-2.0
// A call site in a cell: the function, and beneath it file and line; the whole address on hover.
import { siteAddress, sitePlace } from "../model/sites";
import type { CallSite } from "../report/schema";

export function SiteName({ site }: { site: CallSite }) {
  return (
    <span class="site-name" title={siteAddress(site)}>
      <span class="frame-function">{site.function}</span>
      <small>{sitePlace(site)}</small>
    </span>
  );
}
