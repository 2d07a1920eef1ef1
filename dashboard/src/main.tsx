// SPDX-License-Identifier: Apache-2.0
// Reads the data slot and mounts the page, or a page that says why it cannot.
import { render } from "preact";
import { parseReport, ReportError } from "./report/parse";
import type { Report } from "./report/schema";
import { App } from "./views/app";
import { ErrorPage } from "./views/error-page";

function readSlot(): Report | ReportError {
  try {
    return parseReport(document.getElementById("report-data")?.textContent ?? "");
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
}

// The system's choice, until the page knows the reader's; an error page keeps it.
document.documentElement.dataset["theme"] = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const place = document.getElementById("app");
const report = readSlot();
if (place !== null) render(report instanceof ReportError ? <ErrorPage error={report} /> : <App report={report} />, place);
