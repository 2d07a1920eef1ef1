// SPDX-License-Identifier: Apache-2.0
// The one table: sortable by any column, with bars for shares, rows that open, and a fold after the first rows (which
// says so). Sorting and shares cover all rows, shown or not.
import { Fragment, type ComponentChildren, type RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { NumberKind } from "../lib/format";
import { sharesOfLargest, sortRows, type Direction, type SortValue } from "../model/sort";
import { usePage } from "./context";
import { Empty, Value } from "./parts";

const ROWS_AT_FIRST = 100;

export interface Column<Row> {
  /** The JSON's name of the field; also the hook for tests. */
  id: string;
  label: string;
  title?: string | undefined;
  value: (row: Row) => SortValue;
  /** How the number reads; without it the column holds text. */
  kind?: NumberKind;
  /** Draws a bar of the value's share of the column's largest. */
  bar?: boolean;
  /** Draws the cell instead of the value. */
  cell?: (row: Row) => ComponentChildren;
}

export interface TableProps<Row> {
  id: string;
  label: string;
  columns: Array<Column<Row>>;
  rows: Row[];
  rowKey: (row: Row) => string | number;
  /** The column sorted by at first, largest first unless it holds text; none: the rows' own order. */
  sortBy?: string;
  /** What an opened row shows. */
  detail?: (row: Row) => ComponentChildren;
  /** The row that stands open at first; it is scrolled to. */
  opened?: string | number | null;
  empty?: string;
}

interface Order {
  column: string;
  direction: Direction;
}

export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, t } = { ...props, t: usePage().t };
  const [order, setOrder] = useState<Order | null>(props.sortBy === undefined ? null : { column: props.sortBy, direction: "descending" });
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string | number | null>(props.opened ?? null);
  const table = useRef<HTMLTableElement>(null);
  const [scroll, more] = useMoreColumns();
  const sorted = useMemo(() => {
    const column = columns.find(({ id }) => id === order?.column);
    return column === undefined || order === null ? rows : sortRows(rows, column.value, order.direction);
  }, [rows, columns, order]);
  // What a row is about: where rows are stacked it stands above the others.
  const head = columns.find(({ kind }) => kind === undefined);
  const shown = all ? sorted : sorted.slice(0, ROWS_AT_FIRST);
  const shares = useMemo(() => barShares(columns, sorted), [columns, sorted]);
  useEffect(() => {
    if (props.opened === undefined || props.opened === null) return;
    setOpen(props.opened);
    table.current?.querySelector(`tr[data-key="${props.opened}"]`)?.scrollIntoView({ block: "center" });
  }, [props.opened]);
  if (rows.length === 0) return <Empty {...(props.empty === undefined ? {} : { text: props.empty })} />;

  const sortBy = ({ id, kind }: Column<Row>) =>
    setOrder((now) => {
      const first: Direction = kind === undefined ? "ascending" : "descending";
      if (now?.column !== id) return { column: id, direction: first };
      return { column: id, direction: now.direction === "ascending" ? "descending" : "ascending" };
    });
  return (
    <>
      <div class={`table-frame ${more ? "more-columns" : ""}`}>
        {more ? (
          <button type="button" class="more-button" onClick={() => scroll.current?.scrollBy({ left: scroll.current.clientWidth * 0.7 })}>
            {t("table.more")} <span aria-hidden="true">→</span>
          </button>
        ) : null}
        <div class="table-scroll" tabIndex={0} role="group" aria-label={props.label} ref={scroll}>
          <table data-testid={props.id} ref={table}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th
                    key={column.id}
                    scope="col"
                    class={column.kind === undefined ? "text" : "number"}
                    title={column.title}
                    aria-sort={order?.column === column.id ? order.direction : "none"}
                  >
                    <button type="button" onClick={() => sortBy(column)}>
                      {column.label}
                      <span class="sort-mark" aria-hidden="true" />
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row, place) => {
                const key = props.rowKey(row);
                return (
                  <Fragment key={key}>
                    <tr data-key={key} class={open === key ? "open" : undefined}>
                      {columns.map((column, at) => (
                        <Cell
                          key={column.id}
                          column={column}
                          head={column === head}
                          row={row}
                          share={shares.get(column.id)?.[place]}
                          opener={
                            at > 0 || props.detail === undefined ? null : (
                              <button
                                type="button"
                                class="opener"
                                aria-expanded={open === key}
                                aria-label={t("table.details")}
                                onClick={() => setOpen(open === key ? null : key)}
                              />
                            )
                          }
                        />
                      ))}
                    </tr>
                    {open === key && props.detail !== undefined ? (
                      <tr class="detail">
                        <td colSpan={columns.length}>
                          <div class="detail-box">{props.detail(row)}</div>
                        </td>
                      </tr>
                    ) : null}
                  </Fragment>
                );
              })}
            </tbody>
          </table>
        </div>
      </div>
      {shown.length < sorted.length ? (
        <p class="fold-note">
          {t("app.folded", { shown: shown.length, count: sorted.length })}{" "}
          <button type="button" class="link" onClick={() => setAll(true)}>
            {t("app.show_all", { count: sorted.length })}
          </button>
        </p>
      ) : null}
    </>
  );
}

/** Whether columns lie beyond the right edge; followed while one scrolls and while sizes change. */
function useMoreColumns(): [RefObject<HTMLDivElement>, boolean] {
  const ref = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState(false);
  useEffect(() => {
    const element = ref.current;
    const content = element?.firstElementChild;
    if (element === null || content === null || content === undefined) return;
    const look = () => setMore(element.scrollWidth - element.clientWidth - element.scrollLeft > 2);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(content);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  });
  return [ref, more];
}

function Cell<Row>(props: { column: Column<Row>; head: boolean; row: Row; share: number | undefined; opener: ComponentChildren }) {
  const { column, row } = props;
  const value = column.value(row);
  return (
    <td
      class={`${column.kind === undefined ? "text" : "number"} ${props.share === undefined ? "" : "bar"} ${props.head ? "row-head" : ""}`}
      data-label={column.label}
      style={props.share === undefined ? undefined : `--share:${(props.share * 100).toFixed(2)}%`}
    >
      {props.opener}
      {column.cell !== undefined ? (
        column.cell(row)
      ) : column.kind !== undefined ? (
        <Value kind={column.kind} of={typeof value === "number" ? value : null} field={column.id} />
      ) : (
        <span data-field={column.id}>{value}</span>
      )}
    </td>
  );
}

function barShares<Row>(columns: Array<Column<Row>>, rows: Row[]): Map<string, number[]> {
  const numbers = (column: Column<Row>) => rows.map(column.value).map((value) => (typeof value === "number" ? value : null));
  return new Map(columns.filter(({ bar }) => bar === true).map((column) => [column.id, sharesOfLargest(numbers(column))]));
}
