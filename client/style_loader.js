const loaded = new Map();

/** Adds a style sheet once; resolves when it applies, or could not be had. */
export function loadStyle(address) {
  if (!loaded.has(address.href)) {
    loaded.set(address.href, new Promise((resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = address.href;
      link.onload = link.onerror = resolve;
      document.head.append(link);
    }));
  }
  return loaded.get(address.href);
}
