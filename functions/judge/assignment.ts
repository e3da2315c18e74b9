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
 * Rows and columns that no path of edges connects do not compete, so each connected part is solved on its own: with boxes,
 * nearly all parts are a single edge. A part is solved by successive shortest paths with potentials (Jonker & Volgenant,
 * Computing 38 (1987); Kuhn's Hungarian method), in O(n² m) for n rows and m ≥ n columns.
 *
 * @param edges at most one per row and column; weights over 0, at most 1
 * @returns the chosen edges, by row
 */
export function assign(edges: readonly Edge[]): readonly Edge[] {
  return connectedParts(edges)
    .flatMap((part) => (part.length === 1 ? part : assignPart(part)))
    .toSorted((a, b) => a.row - b.row);
}

/** Edges that share rows or columns, directly or by others, together. */
function connectedParts(edges: readonly Edge[]): readonly (readonly Edge[])[] {
  const rows = groupBy(edges, ({ row }) => row);
  const columns = groupBy(edges, ({ column }) => column);
  const seen = new Set<Edge>();
  const parts: Edge[][] = [];
  for (const first of edges) {
    if (seen.has(first)) continue;
    const part = [first];
    seen.add(first);
    // The part grows while it is walked, until no edge has a neighbour outside.
    for (const { row, column } of part) {
      for (const next of [...(rows.get(row) as Edge[]), ...(columns.get(column) as Edge[])]) {
        if (seen.has(next)) continue;
        seen.add(next);
        part.push(next);
      }
    }
    parts.push(part);
  }
  return parts;
}

function groupBy(edges: readonly Edge[], key: (edge: Edge) => number): Map<number, Edge[]> {
  const groups = new Map<number, Edge[]>();
  for (const edge of edges) {
    const group = groups.get(key(edge));
    if (group) group.push(edge);
    else groups.set(key(edge), [edge]);
  }
  return groups;
}

function assignPart(edges: readonly Edge[]): readonly Edge[] {
  const rows = [...new Set(edges.map(({ row }) => row))];
  const columns = [...new Set(edges.map(({ column }) => column))];
  const tall = rows.length > columns.length;
  const [short, long] = tall ? [columns, rows] : [rows, columns];
  const shortIndex = new Map(short.map((id, index) => [id, index]));
  const longIndex = new Map(long.map((id, index) => [id, index]));
  const edgeAt = new Map<number, Edge>();
  const costs = Array.from(short, () => new Float64Array(long.length));
  for (const edge of edges) {
    const s = shortIndex.get(tall ? edge.column : edge.row) as number;
    const l = longIndex.get(tall ? edge.row : edge.column) as number;
    // One edge more outweighs whatever all others, one fewer than there are rows, weigh together.
    (costs[s] as Float64Array)[l] = -(short.length + edge.weight);
    edgeAt.set(s * long.length + l, edge);
  }
  const rowOf = cheapest(costs, long.length);
  return long.flatMap((_, l) => edgeAt.get(((rowOf[l + 1] as number) - 1) * long.length + l) ?? []);
}

/**
 * The assignment of every row to a column of its own that costs least in all.
 * @param costs rows × columns, at least as many columns as rows
 * @returns the row of each column; both count from 1, as index 0 stands for "none"
 */
function cheapest(costs: readonly Float64Array[], columns: number): Int32Array {
  const solution: Solution = {
    rowOf: new Int32Array(columns + 1),
    rowPotential: new Float64Array(costs.length + 1),
    columnPotential: new Float64Array(columns + 1),
  };
  for (let row = 1; row <= costs.length; row++) addRow(row, costs, solution);
  return solution.rowOf;
}

interface Solution {
  readonly rowOf: Int32Array;
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
}

/** Assigns one more row: the shortest path, by reduced costs, from it to a free column (Dijkstra without a heap). */
function addRow(row: number, costs: readonly Float64Array[], solution: Solution): void {
  const { rowOf, rowPotential, columnPotential } = solution;
  const distance = new Float64Array(rowOf.length).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(rowOf.length);
  const visited = new Uint8Array(rowOf.length);
  rowOf[0] = row;
  let column = 0;
  do {
    visited[column] = 1;
    const current = rowOf[column] as number;
    const next = relax(column, costs[current - 1] as Float64Array, rowPotential[current] as number, {
      distance,
      previous,
      visited,
      columnPotential,
    });
    const step = distance[next] as number;
    for (let each = 0; each < rowOf.length; each++) {
      if (visited[each]) {
        const at = rowOf[each] as number;
        rowPotential[at] = (rowPotential[at] as number) + step;
        columnPotential[each] = (columnPotential[each] as number) - step;
      } else distance[each] = (distance[each] as number) - step;
    }
    column = next;
  } while (rowOf[column] !== 0);
  for (; column !== 0; column = previous[column] as number) rowOf[column] = rowOf[previous[column] as number] as number;
}

interface Search {
  readonly distance: Float64Array;
  readonly previous: Int32Array;
  readonly visited: Uint8Array;
  readonly columnPotential: Float64Array;
}

/** Shortens the ways over the row just reached; returns the nearest column not yet visited. */
function relax(from: number, costs: Float64Array, rowPotential: number, search: Search): number {
  const { distance, previous, visited, columnPotential } = search;
  let nearest = -1;
  for (let column = 1; column < distance.length; column++) {
    if (visited[column]) continue;
    const way = (costs[column - 1] as number) - rowPotential - (columnPotential[column] as number);
    if (way < (distance[column] as number)) {
      distance[column] = way;
      previous[column] = from;
    }
    if (nearest < 0 || (distance[column] as number) < (distance[nearest] as number)) nearest = column;
  }
  return nearest;
}
