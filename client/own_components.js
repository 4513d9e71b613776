// Component types that an author brings: one ES module each, from this server, with a hash that the browser checks.

const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\.js$/;
const INTEGRITY = /^sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}$/;

// This file stands in assets/<hash>/, wherever a proxy may have put that.
const ROOT = new URL("../../", import.meta.url);

/** The module of `{"path":"modules/….js","integrity":"sha384-…"}`. Rejects where the bytes do not fit their hash. */
export async function loadOwn({ path, integrity }) {
  if (!PATH.test(path ?? "") || !INTEGRITY.test(integrity ?? "")) throw new Error(`no module at ${path}`);
  const address = new URL(path, ROOT);
  await preload(address.href, integrity);
  return import(address.href);
}

// An import takes the bytes that were checked here.
function preload(href, integrity) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href, integrity });
    link.onload = resolve;
    link.onerror = () => reject(new Error(`${href} is not what its page expects`));
    document.head.append(link);
  });
}
