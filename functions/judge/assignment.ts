/** An edge of a bipartite graph, of positive weight. */
export interface Edge {
  readonly row: number;
  readonly column: number;
  readonly weight: number;
}

/**
 * Of all sets of edges in which no row and no column appears twice, the ones with the most edges, and of these one with
 * the largest total weight (maximum-weight maximum-cardinality bipartite matching).
 *
 * Rows and columns that no path of edges connects do not compete, so each connected part is solved on its own: with
 * boxes, nearly all parts are a single edge. A part is solved by successive shortest paths with potentials (Jonker and
 * Volgenant, Computing 38 (1987); Kuhn's Hungarian method), in O(n² m) for n rows and m ≥ n columns.
 *
 * @param edges at most one per row and column; weights over 0, at most 1
 * @returns the chosen edges, by row
 */
export function assign(edges: readonly Edge[]): readonly Edge[] {
  return connectedParts(edges)
    .flatMap((part) => (part.length === 1 ? part : assignPart(part)))
    .toSorted((a, b) => a.row - b.row);
}

/** The groups of edges that share rows or columns, directly or through other edges. */
function connectedParts(edges: readonly Edge[]): readonly (readonly Edge[])[] {
  const rows = Map.groupBy(edges, ({ row }) => row);
  const columns = Map.groupBy(edges, ({ column }) => column);
  const seen = new Set<Edge>();
  const parts: Edge[][] = [];
  for (const first of edges) {
    if (seen.has(first)) continue;
    const part = [first];
    seen.add(first);
    // The loop also visits the edges that it appends.
    for (const { row, column } of part) {
      for (const neighbour of [...(rows.get(row) as Edge[]), ...(columns.get(column) as Edge[])]) {
        if (seen.has(neighbour)) continue;
        seen.add(neighbour);
        part.push(neighbour);
      }
    }
    parts.push(part);
  }
  return parts;
}

type Side = (edge: Edge) => number;

/** Because the solver needs at least as many columns as rows, the side with fewer vertices becomes its rows. */
function assignPart(edges: readonly Edge[]): readonly Edge[] {
  const sides: [Side, Side] = [({ row }) => row, ({ column }) => column];
  const [few, many] = sides
    .map((side) => ({ side, indexes: indexesOf(edges.map(side)) }))
    .toSorted((a, b) => a.indexes.size - b.indexes.size) as [Numbered, Numbered];
  const [rows, columns] = [few.indexes.size, many.indexes.size];
  const costs = Array.from({ length: rows }, () => new Float64Array(columns));
  const edgeAt = Array.from({ length: rows }, () => new Array<Edge | undefined>(columns));
  for (const edge of edges) {
    const [row, column] = [indexIn(few, edge), indexIn(many, edge)];
    // So that one edge more outweighs all others together, of which there are fewer than rows.
    (costs[row] as Float64Array)[column] = -(rows + edge.weight);
    (edgeAt[row] as (Edge | undefined)[])[column] = edge;
  }
  return cheapestColumns(costs, columns).flatMap((column, row) => edgeAt[row]?.[column] ?? []);
}

/** One side of a part; its vertices are numbered from 0. */
interface Numbered {
  readonly side: Side;
  readonly indexes: ReadonlyMap<number, number>;
}

function indexesOf(vertices: readonly number[]): ReadonlyMap<number, number> {
  return new Map([...new Set(vertices)].map((vertex, index) => [vertex, index]));
}

function indexIn({ side, indexes }: Numbered, edge: Edge): number {
  return indexes.get(side(edge)) as number;
}

/**
 * The column of each row in the cheapest assignment of every row to a column of its own.
 * @param costs rows × columns, at least as many columns as rows
 */
function cheapestColumns(costs: readonly Float64Array[], columns: number): number[] {
  const solution: Solution = {
    rowOf: new Int32Array(columns + 1).fill(FREE),
    rowPotential: new Float64Array(costs.length),
    columnPotential: new Float64Array(columns + 1),
  };
  for (let row = 0; row < costs.length; row++) addRow(row, costs, solution);
  const columnOf = new Array<number>(costs.length);
  for (let column = 0; column < columns; column++) {
    const row = at(solution.rowOf, column);
    if (row !== FREE) columnOf[row] = column;
  }
  return columnOf;
}

const FREE = -1;

/** An assignment of the first rows. Each array of columns has one entry more, for the start of a path. */
interface Solution {
  /** The row of each column, or `FREE`. */
  readonly rowOf: Int32Array;
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
}

/** A search (Dijkstra without a heap) for the shortest path, by reduced costs, from a new row to a free column. */
interface Search {
  /** Length of the shortest known path to each column. */
  readonly distance: Float64Array;
  /** The column before each column on that path. */
  readonly previous: Int32Array;
  /** 1 for columns whose shortest path is final. */
  readonly visited: Uint8Array;
}

/** Assigns one more row: finds the shortest path to a free column, and moves each row on it to the next column. */
function addRow(row: number, costs: readonly Float64Array[], solution: Solution): void {
  const { rowOf } = solution;
  const start = rowOf.length - 1;
  const search: Search = {
    distance: new Float64Array(rowOf.length).fill(Number.POSITIVE_INFINITY),
    previous: new Int32Array(rowOf.length),
    visited: new Uint8Array(rowOf.length),
  };
  rowOf[start] = row;
  let column = start;
  do {
    search.visited[column] = 1;
    extendPaths(column, costs, solution, search);
    column = nearestColumn(search, start);
    shiftPotentials(at(search.distance, column), solution, search);
  } while (at(rowOf, column) !== FREE);
  while (column !== start) {
    const before = at(search.previous, column);
    rowOf[column] = at(rowOf, before);
    column = before;
  }
}

/** Shortens the paths to the other columns by way of the row that has this column. */
function extendPaths(from: number, costs: readonly Float64Array[], solution: Solution, search: Search): void {
  const row = at(solution.rowOf, from);
  const costOf = costs[row] as Float64Array;
  for (let column = 0; column < costOf.length; column++) {
    if (search.visited[column]) continue;
    const length = at(costOf, column) - at(solution.rowPotential, row) - at(solution.columnPotential, column);
    if (length >= at(search.distance, column)) continue;
    search.distance[column] = length;
    search.previous[column] = from;
  }
}

function nearestColumn({ distance, visited }: Search, columns: number): number {
  let nearest = FREE;
  for (let column = 0; column < columns; column++) {
    if (visited[column]) continue;
    if (nearest === FREE || at(distance, column) < at(distance, nearest)) nearest = column;
  }
  return nearest;
}

/** Makes the edges of the shortest paths cost nothing, and keeps all other reduced costs at 0 or more. */
function shiftPotentials(step: number, { rowOf, rowPotential, columnPotential }: Solution, search: Search): void {
  for (let column = 0; column < rowOf.length; column++) {
    if (search.visited[column]) {
      const row = at(rowOf, column);
      rowPotential[row] = at(rowPotential, row) + step;
      columnPotential[column] = at(columnPotential, column) - step;
    } else {
      search.distance[column] = at(search.distance, column) - step;
    }
  }
}

function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] as number;
}
