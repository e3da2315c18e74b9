/**
 * The same function, which computes once for each object, as long as that exists.
 * @param compute its result depends on the object alone, which must not change
 */
export function oncePerObject<K extends object, V>(compute: (object: K) => V): (object: K) => V {
  const results = new WeakMap<K, V>();
  return (object) => {
    const before = results.get(object);
    if (before !== undefined) return before;
    const result = compute(object);
    results.set(object, result);
    return result;
  };
}
