/** Gives `load` a memory: asked again for the same key it gives the same promise, unless that one failed. */
export function once(load) {
  const promises = new Map();
  return (key) => {
    if (!promises.has(key)) promises.set(key, load(key).catch((error) => { promises.delete(key); throw error; }));
    return promises.get(key);
  };
}
