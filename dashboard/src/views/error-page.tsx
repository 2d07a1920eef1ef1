// SPDX-License-Identifier: Apache-2.0
// What stands in place of the page when the report cannot be read: where, what, and what to do.
import { en } from "../text/en";
import type { ReportError } from "../report/parse";

export function ErrorPage({ error }: { error: ReportError }) {
  return (
    <main class="error-page" data-testid="error-page">
      <h1>{en["app.loading_failed"]}</h1>
      <dl>
        {error.where === "" ? null : (
          <>
            <dt>{en["app.where"]}</dt>
            <dd>
              <code>{error.where}</code>
            </dd>
          </>
        )}
        <dt>{en["app.problem"]}</dt>
        <dd>{error.problem}</dd>
      </dl>
      <p>{en["app.hint"]}</p>
    </main>
  );
}
